import { defineError } from '@tallystick/kernel';

export const MfaRequired = defineError({
  code: 'mfa_required',
  kind: 'unauthenticated',
  message: 'This account needs a second factor',
  advice: 'Repeat the request with `mfa_code`: the code of the authenticator app, or a recovery code.',
});
export const MfaInvalid = defineError({
  code: 'mfa_invalid',
  kind: 'unauthenticated',
  message: 'The code of the second factor is not accepted',
  advice: 'Wait for the next code of the authenticator app, for each is accepted once; or use a recovery code.',
});
export const AccountLocked = defineError({
  code: 'account_locked',
  kind: 'locked',
  message: 'Too many wrong codes: the authenticator app is locked for a time',
  advice: 'Wait for the seconds of `Retry-After`, or use a recovery code.',
});
export const MfaRequiredByRole = defineError({
  code: 'mfa_required_by_role',
  kind: 'conflict',
  message: 'A role of this account requires the second factor',
  advice: 'Replace the authenticator app by a new set-up instead, or ask an admin for another role first.',
});
export const RecentSignInRequired = defineError({
  code: 'recent_sign_in_required',
  kind: 'forbidden',
  message: 'This session is too old for the first set-up of a second factor',
  advice: 'Sign in again, and set it up within 15 minutes.',
});
export const MfaNotEnabled = defineError({
  code: 'mfa_not_enabled',
  kind: 'conflict',
  message: 'This account has no second factor',
  advice: 'Set one up first: `GET auth/mfa/setup`.',
});
