import { defineAct } from '@tallystick/platform';

export const MemberEnrolled = defineAct({ name: 'member.enrolled', description: 'A person of the tenant enrolled a member' });
export const MemberChanged = defineAct({
  name: 'member.changed',
  description: 'What is known of a member was changed; the record names the fields alone',
});
export const MemberStatusSet = defineAct({ name: 'member.status_set', description: 'The status of a member was changed' });
export const MembersMerged = defineAct({
  name: 'member.merged',
  description: 'A member was merged into another, with all that was theirs',
});
export const ErasureScheduled = defineAct({ name: 'member_erasure.scheduled', description: 'The erasure of a member was asked for' });
export const ErasureCancelled = defineAct({ name: 'member_erasure.cancelled', description: 'The erasure of a member was taken back' });
export const MemberExported = defineAct({ name: 'member.exported', description: 'All that is kept of a member was read out' });
export const MemberWasErased = defineAct({ name: 'member.erased', description: 'A member was erased; their random id is left' });
