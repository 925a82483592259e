import { CLIENT_SCOPES, type IssuedClientToken } from '@tallystick/identity';
import { Choice, Integer, Text } from '@tallystick/platform';
import { CLIENT_PARAMETERS } from './oauth-request.js';

/** The answer of the token endpoint (RFC 6749, 5.1). */
export class ClientTokenDto implements IssuedClientToken {
  @Text({ max: 4_096, description: 'Send as `Authorization: Bearer`.', example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' })
  access_token: string;

  @Choice(['Bearer'])
  token_type: 'Bearer';

  @Integer({ min: 1, max: 3_600, description: 'Seconds.', example: 900 })
  expires_in: number;

  @Text({ max: 1_000, description: 'What was granted, separated by spaces.', example: 'points:read points:write' })
  scope: string;
}

/** The parameters of the token endpoint; others are ignored, as RFC 6749 asks. */
export const TOKEN_PARAMETERS = {
  type: 'object',
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials'] },
    scope: {
      type: 'string',
      minLength: 1,
      maxLength: 1_000,
      description: 'Scopes to ask for, separated by spaces; left out, all that the client has.',
      example: CLIENT_SCOPES.slice(2, 4).join(' '),
    },
    ...CLIENT_PARAMETERS,
  },
  required: ['grant_type'],
  additionalProperties: true,
} as const;
