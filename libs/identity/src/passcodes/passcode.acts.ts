import { defineAct } from '@tallystick/platform';

export const PasscodeRequested = defineAct({
  name: 'passcode.requested',
  description: 'Somebody asked for a one-time code or link; whether there is such an account is not told',
});
export const PasscodeRefused = defineAct({ name: 'passcode.refused', description: 'A wrong one-time code was given' });
export const EmailVerified = defineAct({ name: 'email.verified', description: 'A person proved that their e-mail address is theirs' });
