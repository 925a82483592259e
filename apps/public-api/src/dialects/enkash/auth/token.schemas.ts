import type { JsonSchema } from '@tallystick/platform';

const text = (description: string, example: string): object => ({ type: 'string', minLength: 1, maxLength: 1_000, description, example });

export const TOKEN_REQUEST = {
  type: 'object',
  properties: {
    grant_type: { type: 'string', enum: ['password', 'refresh_token'], example: 'password' },
    username: text('The client id again.', 'tsc_06c1mqst5j0'),
    password: text('The client secret again.', 'tss_live_c2VjcmV0'),
    clientId: text('The client id.', 'tsc_06c1mqst5j0'),
    refresh_token: text('With `grant_type` `refresh_token`.', 'c2VjcmV0'),
    client_id: text('Where the client does not authenticate by the header.', 'tsc_06c1mqst5j0'),
    client_secret: text('The same.', 'tss_live_c2VjcmV0'),
  },
  required: ['grant_type'],
  additionalProperties: true,
} as const;

export const TOKEN_ANSWER: JsonSchema = {
  type: 'object',
  properties: {
    access_token: { type: 'string', minLength: 1, example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' },
    token_type: { type: 'string', const: 'bearer' },
    refresh_token: { type: 'string', minLength: 1, example: 'c2VjcmV0' },
    expires_in: { type: 'integer', minimum: 1, example: 900 },
    scope: { type: 'string', const: 'read write trust' },
  },
  required: ['access_token', 'token_type', 'refresh_token', 'expires_in', 'scope'],
  additionalProperties: false,
};
