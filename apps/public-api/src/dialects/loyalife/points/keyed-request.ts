import type { WriteRequest } from '@tallystick/platform';

/**
 * A write under the key that its caller gave: the header `Idempotency-Key`, or `_xoxo_api_client_idempotency` of the body. What is kept
 * under a key is the answer with its wrapping, so a retry takes the path of the first try; on the other one it is refused, and moves nothing.
 */
export const keyedRequest = (request: WriteRequest, operation: string, clientKey?: string): WriteRequest => ({
  ...request,
  key: request.key ?? (clientKey === undefined ? undefined : `loyalife/${operation}/${clientKey}`),
});
