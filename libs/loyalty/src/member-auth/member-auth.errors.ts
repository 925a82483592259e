import { defineError } from '@tallystick/kernel';

export const OtpTypeMismatch = defineError({
  code: 'otp_type_mismatch',
  kind: 'invalid',
  message: 'The code that the member was sent is for something else',
  advice: 'Verify a code with the type for which it was asked, or ask for one of this type.',
});
