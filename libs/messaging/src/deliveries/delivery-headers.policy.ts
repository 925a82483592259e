import { createHmac } from 'node:crypto';
import type { EndpointKind } from '../endpoints/webhook-endpoint.js';
import { SECRET_PREFIX } from '../endpoints/webhook-secret.policy.js';

/** What a try is signed for. */
export interface SignedCall {
  /** Id of the message: the same for all its tries. */
  readonly eventId: string;
  readonly eventName: string;
  readonly requestId: string;
  /** The exact bytes that are sent. */
  readonly body: string;
}

/** By what it is signed: the present secret first, then the one before while it still counts. */
export interface Signer {
  readonly kind: EndpointKind;
  readonly secrets: readonly string[];
}

/** The headers of one try, signed for the moment at which it is made. */
export function deliveryHeaders({ kind, secrets }: Signer, call: SignedCall, at: Date): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  return {
    'content-type': 'application/json',
    'user-agent': 'Tallystick-Webhooks/1.0',
    'x-request-id': call.requestId,
    ...standardHeaders(secrets, call, timestamp),
    ...(kind === 'reworth' && reworthHeaders(secrets, call, timestamp)),
  };
}

const SIGNATURES = ['webhook-signature', 'x-reworth-signature'];

/** The headers as they are kept and shown: all but the signatures, with which a call could be made again. */
export const shownHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !SIGNATURES.includes(name)));

/** Standard Webhooks 1.0: a signature by each secret over id, time and the exact bytes of the body. */
function standardHeaders(secrets: readonly string[], { eventId, body }: SignedCall, timestamp: number): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${eventId}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': eventId, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}

/**
 * The REWORTH headers: HMAC-SHA256 of time and body in hex, keyed by the text of the secret as it was shown. They have room for one
 * signature, so it is by the older secret while two count: a receiver that knows no overlap goes on until it is ended.
 */
function reworthHeaders(secrets: readonly string[], { eventId, eventName, body }: SignedCall, timestamp: number): Record<string, string> {
  return {
    'x-reworth-event': eventName,
    'x-reworth-delivery': eventId,
    'x-reworth-timestamp': String(timestamp),
    'x-reworth-signature': createHmac('sha256', secrets.at(-1)!).update(`${timestamp}.${body}`).digest('hex'),
  };
}
