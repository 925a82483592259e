import { defineDialect } from '@tallystick/platform';
import { NAMES } from './reworth.codes.js';
import { ENVELOPE, SUCCESS } from './reworth.envelope.js';

/** Offers and cashback of card transactions as the financial institutions of REWORTH know them. */
export const REWORTH = defineDialect({
  app: 'public-api',
  name: 'reworth',
  title: 'Tallystick in the words of REWORTH',
  description:
    'The directory of offers, cashback for card transactions and its callbacks, for financial institutions of REWORTH: change the base URL ' +
    'and the credentials. `POST /reworth/v1/auth` gives a token for a week, for the client id and secret of an API client of an approved ' +
    'institution. The directory is open to anybody who names the institution. Decide on `success`, and of a failure on `error`.',
  paths: [{ prefix: '/reworth/v1', envelope: ENVELOPE }],
  successCode: SUCCESS,
  codes: [SUCCESS, ...Object.keys(NAMES)],
  securityScheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token of `POST /reworth/v1/auth`.' },
});
