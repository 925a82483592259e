import type { OpenAPIObject } from '@nestjs/swagger';

const count = (description: string): object => ({ type: 'integer', minimum: 0, description });
const metaOf = (properties: object): object => ({
  type: 'object',
  properties: {
    pagination: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  },
  required: ['pagination'],
  additionalProperties: false,
});

const PAGE = {
  page: { type: 'integer', minimum: 1 },
  page_size: { type: 'integer', minimum: 1, maximum: 100 },
  total: count('Rows that the filters leave.'),
  total_pages: count('Pages of this size.'),
  has_next: { type: 'boolean' },
  has_previous: { type: 'boolean' },
};
const NEXT_CURSOR = { type: ['string', 'null'], description: 'Send as `cursor` to go on; null at the end.' };

/** Shapes that every operation of an app refers to. */
export const SCHEMAS = {
  Error: {
    type: 'object',
    description: 'A refused request. `code` is stable and listed in the catalogue; `errors` says what is wrong by field.',
    properties: {
      success: { type: 'boolean', const: false },
      status_code: { type: 'integer', minimum: 400, maximum: 599 },
      request_id: { type: 'string', minLength: 8, maxLength: 64 },
      response_id: { type: 'string', format: 'uuid' },
      message: { type: 'string' },
      code: { type: 'string', pattern: '^[a-z_]+$' },
      errors: { type: 'object', additionalProperties: true },
      data: { type: 'null' },
    },
    required: ['success', 'status_code', 'request_id', 'response_id', 'message', 'code', 'errors', 'data'],
    additionalProperties: false,
  },
  PageMeta: metaOf(PAGE),
  PageWithCursorMeta: metaOf({ ...PAGE, next_cursor: NEXT_CURSOR }),
  CursorMeta: metaOf({
    page_size: { type: 'integer', minimum: 1, maximum: 100 },
    next_cursor: NEXT_CURSOR,
    has_next: { type: 'boolean' },
  }),
} as unknown as NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const text = (description: string, schema: object = { type: 'string' }): object => ({ description, schema });

/** Headers of answers. */
export const RESPONSE_HEADERS = {
  RequestId: text("The caller's `X-Request-ID`, or the one we gave.", { type: 'string', minLength: 8, maxLength: 64 }),
  ResponseId: text('Names this answer.', { type: 'string', format: 'uuid' }),
  ResponseTime: text('How long the answer took.', { type: 'string', pattern: '^\\d+\\.\\dms$' }),
  RateLimitPolicy: text(
    'The rate limits that the request counts against: how many requests (`q`) in how many seconds (`w`). A structured field.',
    { type: 'string', example: '"address";q=120000;w=60, "client";q=60000;w=60' },
  ),
  RateLimit: text('What is left of each: how many requests (`r`) for how many more seconds (`t`). A structured field.', {
    type: 'string',
    example: '"address";r=119999;t=60, "client";r=59999;t=60',
  }),
  RetryAfter: text('Seconds to wait before a repeat makes sense.', { type: 'string', pattern: '^\\d+$' }),
  WwwAuthenticate: text('How to authenticate; `error="invalid_token"` when a token was sent (RFC 6750).'),
  IdempotentReplayed: text('`true` when this is the answer of an earlier request.', { type: 'string', const: 'true' }),
} as NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

/** Headers of requests. */
export const PARAMETERS = {
  RequestId: {
    name: 'X-Request-ID',
    in: 'header',
    required: false,
    description: 'Names the request in the answer, our logs and what follows from it; a malformed one is replaced.',
    schema: { type: 'string' },
    example: '8b2cb7f1-9b0c-4b1d-9f30-2f7d3b8c1234',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Makes a repeat safe: the same key with the same content gets the first answer again, for at least 13 months.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
    example: 'b5f7c1de-earn-2026-03-31',
  },
} as NonNullable<NonNullable<OpenAPIObject['components']>['parameters']>;
