import { defineDialect } from '@tallystick/platform';
import { CODES } from './gafapay.codes.js';
import { ENVELOPE, SUCCESS } from './gafapay.envelope.js';

/** Reward points and their redemption as GafaPay's clients know them. */
export const GAFAPAY = defineDialect({
  app: 'public-api',
  name: 'gafapay',
  title: 'Tallystick in the words of GafaPay',
  description:
    'Reward points, their history and their redemption to money for clients of GafaPay: change the host and the credentials. Ids are our ' +
    'UUIDs without dashes, times are seconds. A member calls with a token of their own (`POST /api/v1/members/{id}/token`) and sees and ' +
    'redeems what is theirs; a client of the company calls with its access token and names any user. `success` 0 is a failure, most often ' +
    'with the status 200: decide on `error[0].code`.',
  paths: [{ prefix: '/gafapay/v3', envelope: ENVELOPE }],
  successCode: SUCCESS,
  codes: [SUCCESS, ...Object.keys(CODES)],
  tokenScheme: 'Token',
  securityScheme: { type: 'apiKey', in: 'header', name: 'authorization', description: '`Token` and the access token, or `Bearer` and it.' },
});
