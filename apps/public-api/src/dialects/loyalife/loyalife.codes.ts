import type { ErrorDefinition, ErrorKind } from '@tallystick/kernel';

/** The codes of A.3.4, each with its HTTP status and its sentence. */
export const CODES = {
  '000': { status: 200, message: 'Success' },
  '006': { status: 400, message: 'Insert failed' },
  '103': { status: 404, message: 'Member does not exist' },
  '104': { status: 400, message: 'Failed to update member profile' },
  '107': { status: 422, message: 'Member status is not Active' },
  '113': { status: 422, message: 'Member is cancelled' },
  '114': { status: 422, message: 'Member is suspended' },
  '120': { status: 400, message: 'Points must be greater than zero' },
  '121': { status: 422, message: 'Insufficient points balance' },
  '122': { status: 422, message: 'Below the redemption threshold' },
  '123': { status: 422, message: 'Above the redemption threshold' },
  '201': { status: 422, message: 'Failed to award points' },
  '208': { status: 400, message: 'Merchant name missing' },
  '210': { status: 404, message: 'ExternalReference not found' },
  '211': { status: 409, message: 'Redemption is already reversed' },
  '212': { status: 422, message: 'ExternalReference does not match the member or the merchant' },
  '301': { status: 400, message: 'OTP is invalid' },
  '302': { status: 400, message: 'OTP has expired' },
  '303': { status: 400, message: 'OTP attempts exceeded' },
  '304': { status: 400, message: 'OtpType does not match' },
  '401': { status: 401, message: 'Token is invalid' },
  '402': { status: 401, message: 'Credentials are invalid' },
  '403': { status: 422, message: 'Login is blocked' },
  '429': { status: 429, message: 'Too many requests' },
  '500': { status: 500, message: 'Internal error' },
  '999': { status: 400, message: 'Bad request' },
  E001: { status: 404, message: 'Member not found' },
  E201: { status: 409, message: 'Duplicate record' },
  E202: { status: 404, message: 'Member does not exist' },
  E204: { status: 422, message: 'Member is cancelled' },
  E205: { status: 409, message: 'Duplicate e-mail address' },
  E206: { status: 409, message: 'Duplicate mobile number' },
} as const satisfies Record<string, { status: number; message: string }>;

export type LoyalifeCode = keyof typeof CODES;

/** What the code of a refusal is, and the status it goes out with where that is not the code's own. */
export interface CodeOfRefusal {
  readonly code: LoyalifeCode;
  readonly status: number;
}

/** Every refusal of ours has a code by its kind: a new error cannot be without one. Some keep the status of HTTP, which says more. */
const BY_KIND: Readonly<Record<ErrorKind, LoyalifeCode | CodeOfRefusal>> = {
  invalid: '999',
  unauthenticated: '401',
  forbidden: '401',
  missing: { code: '999', status: 404 },
  method: { code: '999', status: 405 },
  conflict: { code: '999', status: 409 },
  too_large: { code: '999', status: 413 },
  unsupported: { code: '999', status: 415 },
  mismatch: { code: 'E201', status: 422 },
  locked: '403',
  throttled: '429',
  header_too_large: { code: '999', status: 431 },
  unavailable: { code: '500', status: 503 },
  internal: '500',
};

/** Errors of ours whose code says more than that of their kind. */
const BY_ERROR: Readonly<Record<string, LoyalifeCode>> = {
  insufficient_balance: '121',
  already_reversed: '211',
  // There is no field for a code: so many points are more than is redeemed this way.
  otp_required: '123',
  duplicate: 'E201',
  invalid_client: '402',
  network_not_allowed: '402',
  unauthorized_client: '402',
};

/** The code and the status of a refusal: one of this dialect's own, or what stands for an error of ours. */
export function codeOf({ code, kind }: ErrorDefinition): CodeOfRefusal {
  const found = isLoyalifeCode(code) ? code : (BY_ERROR[code] ?? BY_KIND[kind]);
  return typeof found === 'string' ? { code: found, status: CODES[found].status } : found;
}

const isLoyalifeCode = (code: string): code is LoyalifeCode => Object.hasOwn(CODES, code);
