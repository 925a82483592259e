import { defineError } from '@tallystick/kernel';

export const MemberErased = defineError({
  code: 'erased',
  kind: 'conflict',
  message: 'This person was erased and is not counted any more',
  advice: 'Stop sending what concerns them; enroll them anew if they have come back.',
});
export const MergeBlocked = defineError({
  code: 'merge_blocked',
  kind: 'conflict',
  message: 'This member cannot be merged at present',
  advice: 'Settle what `errors` names, and merge again.',
});
export const ErasureBlocked = defineError({
  code: 'erasure_blocked',
  kind: 'conflict',
  message: 'This member cannot be erased at present',
  advice: 'Settle what `errors` names first.',
});
