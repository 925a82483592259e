import { createHmac, randomBytes } from 'node:crypto';

/** Bytes of a secret: within the 24 to 64 of Standard Webhooks. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** A new signing secret, in the form that receivers' libraries take: `whsec_` and base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/** What binds a sealed secret to its row: moved to another, it does not open. */
export const secretAad = (tenantId: string, endpointId: string): string => `webhook_endpoint/${tenantId}/${endpointId}/secret`;

/**
 * The headers of one try by Standard Webhooks 1.0: the id of the message, the same for all its tries; the time of this try; and the
 * signature over id, time and the exact bytes of the body.
 */
export function signedHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
