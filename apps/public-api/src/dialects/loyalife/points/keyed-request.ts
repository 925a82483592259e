import type { WriteRequest } from '@tallystick/platform';

/**
 * A write under the key that its caller gave: the header `Idempotency-Key`, or `_xoxo_api_client_idempotency` of the body. The same call is
 * one call on both paths, short and vendor's, so a retry may take the other.
 */
export const keyedRequest = (request: WriteRequest, operation: string, clientKey?: string): WriteRequest => ({
  ...request,
  path: `loyalife/${operation}`,
  key: request.key ?? (clientKey === undefined ? undefined : `loyalife/${operation}/${clientKey}`),
});
