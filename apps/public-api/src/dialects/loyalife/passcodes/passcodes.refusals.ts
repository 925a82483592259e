import { DomainError } from '@tallystick/kernel';
import type { LoyalifeCode } from '../loyalife.codes.js';
import { refuse } from '../loyalife.errors.js';
import { standingRefusal } from '../members/standing.policy.js';

const OTP_CODES: Readonly<Record<string, LoyalifeCode>> = {
  otp_invalid: '301',
  otp_expired: '302',
  otp_attempts_exceeded: '303',
  otp_type_mismatch: '304',
  invalid_state: '999',
};

/** What a refused passcode is called here. */
export function otpRefusal(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const code = OTP_CODES[error.definition.code];
  return standingRefusal(error) ?? (code ? refuse(code, error.details) : error);
}
