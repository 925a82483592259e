import type { RawClientRequest } from '@tallystick/identity';
import type { FastifyRequest } from 'fastify';
import { oauthError } from './oauth-error.js';

/** What the endpoints that clients call with their secret have in common: forms, no envelope, errors in the shape of RFC 6749. */
export const OAUTH_SETTINGS = {
  public: true,
  limit: 'token',
  form: true,
  unenveloped: true,
  errorBody: oauthError,
  challenge: 'Basic realm="Tallystick"',
} as const;

/** The parts of a request that the policies of identity read. */
export const rawRequest = ({ headers, query }: FastifyRequest, body: object): RawClientRequest => ({
  authorization: headers.authorization,
  body,
  query: query as object,
});

const text = (description: string, more: object = {}): object => ({ type: 'string', minLength: 1, maxLength: 1_000, description, ...more });

/** The parameters by which a client authenticates in the body. */
export const CLIENT_PARAMETERS = {
  client_id: text('Where the client does not authenticate by the header.', { example: 'tsc_06c1mqst5j0' }),
  client_secret: text('The same.', { example: 'tss_live_c2VjcmV0' }),
};

/** The parameters of an endpoint that is told about a token; others are ignored, as RFC 7009 and RFC 7662 ask. */
export const TOKEN_ACT_PARAMETERS = {
  type: 'object',
  properties: {
    token: {
      type: 'string',
      minLength: 1,
      maxLength: 16_384,
      description: 'The access token.',
      example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl',
    },
    token_type_hint: text('Not needed: there are access tokens alone.', { example: 'access_token' }),
    ...CLIENT_PARAMETERS,
  },
  required: ['token'],
  additionalProperties: true,
} as const;

/** A request that works, for the contract. */
export const TOKEN_ACT_EXAMPLE = {
  token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl',
  client_id: 'tsc_06c1mqst5j0',
  client_secret: 'tss_live_c2VjcmV0',
};
