const text = (description: string, more: object = {}): object => ({
  type: 'string',
  minLength: 1,
  maxLength: 1_000,
  description,
  ...more,
});

/** The request of the token call, as JSON or as a form; what it does not know it leaves alone, as OAuth asks. */
export const TOKEN_REQUEST = {
  type: 'object',
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials'] },
    client_id: text('Of the program.', { example: 'tsc_06c1mqst5j0' }),
    client_secret: text('The secret that goes with it.', { example: 'tss_live_c2VjcmV0' }),
    scope: text('The text of a JSON array that binds the token to one member.', { example: '["LOGIN","C08409803"]' }),
  },
  required: ['grant_type', 'client_id', 'client_secret'],
  additionalProperties: true,
} as const;

const TOKEN_FIELDS = {
  token: { type: 'string', maxLength: 4_096, description: 'Send as `Authorization: Bearer`.', example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' },
  tokenExpiresOn: { type: 'string', format: 'date-time', description: 'When the token lapses.' },
};

/** The token, in `ReturnObject` as everything is, and beside it, where Loyalife's clients read it. */
export const TOKEN_ANSWER = {
  type: 'object',
  properties: TOKEN_FIELDS,
  required: Object.keys(TOKEN_FIELDS),
  additionalProperties: false,
  'x-beside': TOKEN_FIELDS,
};
