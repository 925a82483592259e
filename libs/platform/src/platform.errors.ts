import { defineError } from '@tallystick/kernel';

export const ValidationFailed = defineError({
  code: 'validation_error',
  kind: 'invalid',
  message: 'Validation failed',
  advice: 'Correct the fields named in `errors` and send the request again.',
});
export const ParseFailed = defineError({
  code: 'parse_error',
  kind: 'invalid',
  message: 'The request could not be read',
  advice: 'Send well-formed JSON in UTF-8 with `Content-Type: application/json`.',
});
export const PermissionDenied = defineError({
  code: 'permission_denied',
  kind: 'forbidden',
  message: 'This is not permitted',
  advice: 'Use a credential that has the permission named in `errors`.',
});
export const NotFound = defineError({
  code: 'not_found',
  kind: 'missing',
  message: 'Not found',
  advice: 'Check the path and the id; rows of another tenant are never found.',
});
export const MethodNotAllowed = defineError({
  code: 'method_not_allowed',
  kind: 'method',
  message: 'This method is not allowed here',
  advice: 'Use one of the methods in the `Allow` header.',
});
export const PayloadTooLarge = defineError({
  code: 'payload_too_large',
  kind: 'too_large',
  message: 'The request is too large',
  advice: 'Send less in one request; split batches.',
});
export const HeadersTooLarge = defineError({
  code: 'headers_too_large',
  kind: 'header_too_large',
  message: 'The request headers are too large',
  advice: 'Send fewer or shorter headers.',
});
export const UnsupportedMediaType = defineError({
  code: 'unsupported_media_type',
  kind: 'unsupported',
  message: 'This content type is not supported',
  advice: 'Send `Content-Type: application/json`.',
});
export const InvalidState = defineError({
  code: 'invalid_state',
  kind: 'conflict',
  message: 'This cannot be done in the present state',
  advice: 'Read the resource again and decide on its present state.',
});
export const Duplicate = defineError({
  code: 'duplicate',
  kind: 'conflict',
  message: 'This already exists',
  advice: 'Use the existing one, or another value for the field named in `errors`.',
});
export const IdempotencyKeyReused = defineError({
  code: 'idempotency_key_reused',
  kind: 'mismatch',
  message: 'This key was used before with another content',
  advice: 'Use a new key for a new request; repeat a request unchanged.',
});
export const IdempotencyInProgress = defineError({
  code: 'idempotency_in_progress',
  kind: 'conflict',
  message: 'A request with this key is still being processed',
  advice: 'Wait for `Retry-After` seconds and repeat the request unchanged.',
});
export const Throttled = defineError({
  code: 'throttled',
  kind: 'throttled',
  message: 'Too many requests',
  advice: 'Wait for `Retry-After` seconds.',
});
export const ServiceUnavailable = defineError({
  code: 'service_unavailable',
  kind: 'unavailable',
  message: 'The service cannot answer at the moment',
  advice: 'Repeat the request unchanged, with the same key, after `Retry-After` seconds.',
});
export const InternalError = defineError({
  code: 'internal_error',
  kind: 'internal',
  message: 'Something went wrong on our side',
  advice: 'Repeat the request unchanged; if it persists, tell us the request id.',
});
export const OpsTokenNeeded = defineError({
  code: 'ops_token_needed',
  kind: 'unauthenticated',
  message: 'The ops token is needed here',
  advice: 'Send `Authorization: Bearer` with the OPS_TOKEN of this installation.',
});
