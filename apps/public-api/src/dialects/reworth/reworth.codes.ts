import { DomainError, type ErrorDefinition, type ErrorDetails, type ErrorKind } from '@tallystick/kernel';

/** The names of A.2.4 and those beside them, each with its HTTP status and its sentence. */
export const NAMES = {
  ValidationError: { status: 400, message: 'The request is not valid' },
  TokenNotValid: { status: 401, message: 'The token is missing, expired or not valid: authenticate again' },
  AuthFailed: { status: 401, message: 'Authentication failed' },
  PermissionDenied: { status: 403, message: 'This is not allowed with this token' },
  NotFound: { status: 404, message: 'Not found' },
  MethodNotAllowed: { status: 405, message: 'Method not allowed' },
  Conflict: { status: 409, message: 'This is not possible at the moment' },
  RequestIdConflict: { status: 409, message: 'This requestId was used before with other transactions' },
  BatchTooLarge: { status: 413, message: 'A batch has at most 5,000 transactions' },
  PayloadTooLarge: { status: 413, message: 'The request is too large' },
  UnsupportedMediaType: { status: 415, message: 'Unsupported content type' },
  RateLimited: { status: 429, message: 'Too many requests' },
  InternalError: { status: 500, message: 'Internal error' },
  ServiceUnavailable: { status: 503, message: 'Service unavailable' },
} as const;

export type ReworthName = keyof typeof NAMES;

/** What a refusal is called, and the status it goes out with where that is not the name's own. */
interface NameOfRefusal {
  readonly name: ReworthName;
  readonly status: number;
}

/** Every refusal of ours has a name by its kind: a new error cannot be without one. */
const BY_KIND: Readonly<Record<ErrorKind, ReworthName | NameOfRefusal>> = {
  invalid: 'ValidationError',
  unauthenticated: 'TokenNotValid',
  forbidden: 'PermissionDenied',
  missing: 'NotFound',
  method: 'MethodNotAllowed',
  conflict: 'Conflict',
  too_large: 'PayloadTooLarge',
  unsupported: 'UnsupportedMediaType',
  mismatch: 'RequestIdConflict',
  locked: { name: 'AuthFailed', status: 403 },
  throttled: 'RateLimited',
  header_too_large: { name: 'PayloadTooLarge', status: 431 },
  unavailable: 'ServiceUnavailable',
  internal: 'InternalError',
};

/** Errors of ours whose name says more than that of their kind. */
const BY_ERROR: Readonly<Record<string, ReworthName | NameOfRefusal>> = {
  invalid_client: 'AuthFailed',
  unauthorized_client: { name: 'AuthFailed', status: 403 },
  network_not_allowed: { name: 'AuthFailed', status: 403 },
  institution_not_approved: { name: 'AuthFailed', status: 403 },
};

/** The name and the status of a refusal: one of this dialect's own, or what stands for an error of ours. */
export function nameOf({ code, kind }: ErrorDefinition): NameOfRefusal {
  const found = isReworthName(code) ? code : (BY_ERROR[code] ?? BY_KIND[kind]);
  return typeof found === 'string' ? { name: found, status: NAMES[found].status } : found;
}

const isReworthName = (code: string): code is ReworthName => Object.hasOwn(NAMES, code);

const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = { 400: 'invalid', 404: 'missing', 409: 'conflict', 413: 'too_large' };

/** Refusals that only this dialect knows: they are in its table, not in the catalogue of the platform. */
export const refusal = (name: 'ValidationError' | 'NotFound' | 'RequestIdConflict' | 'BatchTooLarge'): ErrorDefinition => ({
  code: name,
  kind: KIND_OF_STATUS[NAMES[name].status]!,
  message: NAMES[name].message,
  advice: 'See the table of errors.',
});

/** Refuses by a name. */
export const refuse = (name: Parameters<typeof refusal>[0], details?: ErrorDetails): DomainError => new DomainError(refusal(name), details);
