const text = { type: 'string', maxLength: 1_000 };
const seconds = { type: 'integer', minimum: 0, description: 'Seconds since 1970.' };

/** The answer of RFC 7662, 2.2: everything about a token that is good, or that it is not. */
export const INTROSPECTION = {
  oneOf: [
    {
      type: 'object',
      properties: {
        active: { type: 'boolean', const: true },
        token_type: { type: 'string', const: 'Bearer' },
        client_id: { ...text, example: 'tsc_06c1mqst5j0' },
        sub: { ...text, description: 'The client itself, or the person who signed in.', example: 'tsc_06c1mqst5j0' },
        iss: { type: 'string', format: 'uri', maxLength: 500 },
        aud: { type: 'string', format: 'uri', maxLength: 500 },
        jti: { type: 'string', format: 'uuid' },
        iat: { ...seconds, example: 1_774_981_739 },
        exp: { ...seconds, example: 1_774_982_639 },
        scope: { ...text, description: 'Of clients: what the token still permits.', example: 'points:read points:write' },
      },
      required: ['active', 'token_type', 'client_id', 'sub', 'iss', 'aud', 'jti', 'iat', 'exp'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { active: { type: 'boolean', const: false } },
      required: ['active'],
      additionalProperties: false,
    },
  ],
} as const;
