import { defineError } from '@tallystick/kernel';

export const MemberErased = defineError({
  code: 'erased',
  kind: 'conflict',
  message: 'This person was erased and is not counted any more',
  advice: 'Stop sending what concerns them; enroll them anew if they have come back.',
});
