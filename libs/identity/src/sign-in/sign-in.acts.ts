import { defineAct } from '@tallystick/platform';

export const SignInSucceeded = defineAct({ name: 'sign_in.succeeded', description: 'A person signed in' });
export const SignInChallenged = defineAct({
  name: 'sign_in.challenged',
  description: 'The password or mailed code of a person was right, and their second factor was asked for',
});
export const SignInFailed = defineAct({ name: 'sign_in.failed', description: 'Somebody tried to sign in and was refused' });
export const AccountLockedOut = defineAct({
  name: 'account.locked',
  description: 'Too many wrong passwords or codes keep strangers out of an account for a time',
});
export const ProfileChanged = defineAct({ name: 'profile.changed', description: 'A person changed what they say of themselves' });
