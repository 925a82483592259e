import { defineDialect } from '@tallystick/platform';
import { CODES } from './loyalife.codes.js';
import { FLAT_ENVELOPE, RESULTS_ENVELOPE } from './loyalife.envelope.js';

/** Points, members and logins as Loyalife's clients know them, in both families of addresses. */
export const LOYALIFE = defineDialect({
  app: 'public-api',
  name: 'loyalife',
  title: 'Tallystick in the words of Loyalife',
  description:
    'Members, transactions, redemptions, statements and one-time passcodes for clients of Loyalife: change the host and the credentials. ' +
    'The short paths answer with the envelope itself, those below `/lbms-ingress` wrap it in `results`. `POST /oauth/Auth/Token` gives the ' +
    'token, the same one until it lapses. Decide on `ErrorCode`, which is text; `000` is success.',
  paths: [
    { prefix: '/oauth/Auth', envelope: FLAT_ENVELOPE },
    { prefix: '/v1', envelope: FLAT_ENVELOPE },
    { prefix: '/lbms-ingress', envelope: RESULTS_ENVELOPE, operationSuffix: '_lbms' },
  ],
  successCode: '000',
  codes: Object.keys(CODES),
  securityScheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token of `POST /oauth/Auth/Token`.' },
});
