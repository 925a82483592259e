import { defineAct } from '@tallystick/platform';

export const MemberEnrolled = defineAct({ name: 'member.enrolled', description: 'A person of the tenant enrolled a member' });
export const MemberChanged = defineAct({
  name: 'member.changed',
  description: 'What is known of a member was changed; the record names the fields alone',
});
export const MemberStatusSet = defineAct({ name: 'member.status_set', description: 'The status of a member was changed' });
