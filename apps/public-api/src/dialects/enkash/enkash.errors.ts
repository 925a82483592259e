import type { ErrorDefinition } from '@tallystick/kernel';

/** The refusals of RFC 6749 that the catalogue of the platform does not have. */
export const InvalidGrant: ErrorDefinition = {
  code: 'invalid_grant',
  kind: 'invalid',
  message: 'The username, password or refresh token is wrong, or the partner is locked after repeated failures',
  advice: 'Check the credentials; wait until the lock ends.',
};

/** Another partner is named than the token's (C10.4). */
export const PartnerMismatch: ErrorDefinition = {
  code: 'partner_mismatch',
  kind: 'forbidden',
  message: 'The partnerId is not that of the token',
  advice: 'Send the client id of the token, or the id of its tenant.',
};

/** What a request names is not there: a failure of the business, which goes out with 200; for the contract. */
export const NotThere: ErrorDefinition = {
  code: 'not_there',
  kind: 'conflict',
  message: 'Not found',
  advice: 'Check the ids that the message names.',
};
