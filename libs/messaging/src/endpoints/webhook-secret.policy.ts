import { randomBytes } from 'node:crypto';

/** Bytes of a secret: within the 24 to 64 of Standard Webhooks. */
const SECRET_BYTES = 32;
/** What a secret begins with. */
export const SECRET_PREFIX = 'whsec_';

/** A new signing secret, in the form that receivers' libraries take: `whsec_` and base64. */
export const newWebhookSecret = (): string => SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/** What binds a sealed secret to its row: moved to another, it does not open. */
export const secretAad = (tenantId: string, endpointId: string): string => `webhook_endpoint/${tenantId}/${endpointId}/secret`;
