import { defineDialect } from '@tallystick/platform';
import { CODE_ENVELOPE, OAUTH_CODES, OAUTH_ENVELOPE, RESPONSE_ENVELOPE } from './enkash.envelope.js';

/** Points on users' cards and coins for events as EnKash's partners know them. */
export const ENKASH = defineDialect({
  app: 'public-api',
  name: 'enkash',
  title: 'Tallystick in the words of EnKash',
  description:
    'Points on the cards of users, their movements and coins for events, for partners of EnKash: change the host and the credentials. ' +
    '`POST /oauth/token` gives the token, for the id and secret of an API client. `response_code` 0 is success, 1 a failure, most often ' +
    'with the status 200; the allocation of points says `code` instead.',
  paths: [
    { prefix: '/oauth/token', envelope: OAUTH_ENVELOPE },
    { prefix: '/api/v0', envelope: RESPONSE_ENVELOPE },
    { prefix: '/api/v0/partner/enKashCard/points', envelope: CODE_ENVELOPE },
  ],
  successCode: '0',
  codes: ['0', '1', ...OAUTH_CODES],
  securityScheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of `POST /oauth/token`.' },
});
