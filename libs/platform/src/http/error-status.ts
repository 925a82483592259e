import type { ErrorKind } from '@tallystick/kernel';

/** The one place where a family of refusals gets its HTTP status. */
export const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  method: 405,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  mismatch: 422,
  locked: 423,
  throttled: 429,
  header_too_large: 431,
  internal: 500,
  unavailable: 503,
};
