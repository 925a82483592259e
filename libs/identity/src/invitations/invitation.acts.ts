import { defineAct } from '@tallystick/platform';

export const InvitationSent = defineAct({ name: 'invitation.sent', description: 'Somebody was invited' });
export const InvitationResent = defineAct({ name: 'invitation.resent', description: 'An invitation was sent again, with a new link' });
export const InvitationRevoked = defineAct({ name: 'invitation.revoked', description: 'An invitation was taken back' });
export const InvitationAccepted = defineAct({
  name: 'invitation.accepted',
  description: 'An invitation was accepted, or was refused for a wrong password',
});
