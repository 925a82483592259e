import { defineError } from '@tallystick/kernel';

export const EmailNotVerified = defineError({
  code: 'email_not_verified',
  kind: 'forbidden',
  message: 'The e-mail address of this account is not proved yet',
  advice: 'Ask for the mail again with `auth/email/resend` and open its link.',
});
export const OtpInvalid = defineError({
  code: 'otp_invalid',
  kind: 'invalid',
  message: 'This code or link is not valid',
  advice: 'Check it, or ask for a new one: each works once, and a new one replaces those before it.',
});
export const OtpExpired = defineError({
  code: 'otp_expired',
  kind: 'invalid',
  message: 'This code or link has expired',
  advice: 'Ask for a new one.',
});
export const OtpAttemptsExceeded = defineError({
  code: 'otp_attempts_exceeded',
  kind: 'throttled',
  message: 'There were too many wrong codes',
  advice: 'Ask for a new code after `Retry-After` seconds.',
});
