import { defineError } from '@tallystick/kernel';

export const InvitationInvalid = defineError({
  code: 'invitation_invalid',
  kind: 'invalid',
  message: 'This invitation is not valid, or no longer',
  advice: 'Ask for a new invitation: a link works once, for seven days, and a newer one voids it.',
});
