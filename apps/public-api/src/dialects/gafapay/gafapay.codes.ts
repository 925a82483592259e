import { DomainError, type ErrorDefinition, type ErrorDetails, type ErrorKind } from '@tallystick/kernel';

/** The codes of A.4 and those beside them, each with its sentence. */
export const CODES = {
  REWARD_PROMOTION_INSUFFICIENT_REWARD_POINTS: 'Insufficient reward points',
  REWARD_PROMOTION_REDEEM_CONFIG_NOT_FOUND: 'Points redeem configuration not found',
  REWARD_PROMOTION_REDEEM_CONFIG_INACTIVE: 'Points redeem configuration is inactive',
  REWARD_PROMOTION_BELOW_MIN_POINTS: 'Below the minimum points to redeem',
  REWARD_PROMOTION_ABOVE_MAX_POINTS: 'Above the maximum points to redeem',
  REWARD_PROMOTION_REDEEM_CYCLE_LIMIT: 'The limit of the redeem cycle is reached',
  REWARD_PROMOTION_WALLET_NOT_FOUND: 'Wallet not found',
  REWARD_PROMOTION_CURRENCY_MISMATCH: 'Currency mismatch',
  REWARD_PROMOTION_USER_NOT_FOUND: 'User not found',
  REWARD_PROMOTION_USER_TYPE_MISMATCH: 'The user is not of this type',
  REWARD_PROMOTION_USER_INACTIVE: 'The user or the program is not active',
  REWARD_PROMOTION_TEMPORARILY_UNAVAILABLE: 'Redemption is temporarily unavailable',
  REWARD_PROMOTION_REQUEST_ID_REUSED: 'This requestid was used before with another content',
  REWARD_PROMOTION_REQUEST_IN_PROGRESS: 'A request with this requestid is still being processed',
  REWARD_PROMOTION_INVALID_REQUEST: 'Invalid request',
  UNAUTHORIZED: 'Unauthorized',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  REQUEST_TOO_LARGE: 'The request is too large',
  UNSUPPORTED_MEDIA_TYPE: 'Unsupported content type',
  TOO_MANY_REQUESTS: 'Too many requests',
  SERVICE_UNAVAILABLE: 'Service unavailable',
  INTERNAL_ERROR: 'Internal error',
} as const;

export type GafapayCode = keyof typeof CODES;

/** Failures go out with 200 (A.4); what HTTP itself is about, and what a retry may cure, keeps its status. */
const BY_KIND: Readonly<Record<ErrorKind, readonly [GafapayCode, number]>> = {
  invalid: ['REWARD_PROMOTION_INVALID_REQUEST', 200],
  unauthenticated: ['UNAUTHORIZED', 200],
  forbidden: ['UNAUTHORIZED', 200],
  missing: ['NOT_FOUND', 404],
  method: ['METHOD_NOT_ALLOWED', 405],
  conflict: ['REWARD_PROMOTION_USER_INACTIVE', 200],
  too_large: ['REQUEST_TOO_LARGE', 413],
  unsupported: ['UNSUPPORTED_MEDIA_TYPE', 415],
  mismatch: ['REWARD_PROMOTION_REQUEST_ID_REUSED', 200],
  locked: ['UNAUTHORIZED', 200],
  throttled: ['TOO_MANY_REQUESTS', 429],
  header_too_large: ['REQUEST_TOO_LARGE', 431],
  unavailable: ['SERVICE_UNAVAILABLE', 503],
  internal: ['INTERNAL_ERROR', 500],
};

/** Errors of ours whose code says more than that of their kind. */
const BY_ERROR: Readonly<Record<string, GafapayCode>> = {
  insufficient_balance: 'REWARD_PROMOTION_INSUFFICIENT_REWARD_POINTS',
  insufficient_prefund: 'REWARD_PROMOTION_TEMPORARILY_UNAVAILABLE',
  cash_redemption_not_configured: 'REWARD_PROMOTION_REDEEM_CONFIG_NOT_FOUND',
  cash_redemption_inactive: 'REWARD_PROMOTION_REDEEM_CONFIG_INACTIVE',
  idempotency_in_progress: 'REWARD_PROMOTION_REQUEST_IN_PROGRESS',
  // There is no field for a code: so many points are more than a member redeems this way.
  otp_required: 'REWARD_PROMOTION_ABOVE_MAX_POINTS',
  limit_exceeded: 'REWARD_PROMOTION_REDEEM_CYCLE_LIMIT',
};

/** The code and the status of a refusal: one of this dialect's own, or what stands for an error of ours. */
export function codeOf({ code, kind }: ErrorDefinition): { readonly code: GafapayCode; readonly status: number } {
  const [usual, status] = BY_KIND[kind];
  if (isGafapayCode(code)) return { code, status: 200 };
  return BY_ERROR[code] ? { code: BY_ERROR[code], status: 200 } : { code: usual, status };
}

const isGafapayCode = (code: string): code is GafapayCode => Object.hasOwn(CODES, code);

/** Refusals that only this dialect knows: they are in its table, not in the catalogue of the platform. */
export const refusal = (code: GafapayCode): ErrorDefinition => ({
  code,
  kind: code === 'UNAUTHORIZED' ? 'forbidden' : code === 'REWARD_PROMOTION_INVALID_REQUEST' ? 'invalid' : 'conflict',
  message: CODES[code],
  advice: 'See the table of codes.',
});

/** Refuses with a code. */
export const refuse = (code: GafapayCode, details?: ErrorDetails): DomainError => new DomainError(refusal(code), details);
