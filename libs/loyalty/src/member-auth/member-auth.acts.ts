import { defineAct } from '@tallystick/platform';

export const MemberSignedIn = defineAct({ name: 'member.signed_in', description: 'A member signed in with a mailed code' });
export const MemberCredentialsSet = defineAct({
  name: 'member.credentials_set',
  description: 'What a member proves themselves by was set or replaced',
});
export const MemberCredentialsRefused = defineAct({
  name: 'member.credentials_refused',
  description: 'What was presented for a member was wrong, or came while too many wrong ones kept it out',
});
