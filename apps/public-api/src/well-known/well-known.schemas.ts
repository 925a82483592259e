const words = { type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 100 };
const address = { type: 'string', format: 'uri', maxLength: 500 };
const text = { type: 'string', maxLength: 1_000 };

/** A JWK set of RSA keys. */
export const KEY_SET = {
  type: 'object',
  properties: {
    keys: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        properties: {
          kty: { type: 'string', const: 'RSA' },
          kid: { type: 'string', format: 'uuid' },
          alg: { type: 'string', const: 'RS256' },
          use: { type: 'string', const: 'sig' },
          n: { ...text, example: 'sXchcXf0vH0' },
          e: { ...text, example: 'AQAB' },
        },
        required: ['kty', 'kid', 'alg', 'use', 'n', 'e'],
        additionalProperties: false,
      },
    },
  },
  required: ['keys'],
  additionalProperties: false,
} as const;

/** The metadata that RFC 8414 names and we have. */
export const AUTHORIZATION_SERVER = {
  type: 'object',
  properties: {
    issuer: address,
    token_endpoint: address,
    revocation_endpoint: address,
    introspection_endpoint: address,
    jwks_uri: address,
    grant_types_supported: words,
    response_types_supported: words,
    token_endpoint_auth_methods_supported: words,
    revocation_endpoint_auth_methods_supported: words,
    introspection_endpoint_auth_methods_supported: words,
    scopes_supported: words,
    service_documentation: address,
  },
  required: [
    'issuer',
    'token_endpoint',
    'revocation_endpoint',
    'introspection_endpoint',
    'jwks_uri',
    'grant_types_supported',
    'response_types_supported',
    'token_endpoint_auth_methods_supported',
    'revocation_endpoint_auth_methods_supported',
    'introspection_endpoint_auth_methods_supported',
    'scopes_supported',
    'service_documentation',
  ],
  additionalProperties: false,
} as const;
