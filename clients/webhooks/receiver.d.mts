import type { Server } from 'node:http';
import type { WebhookEvent } from './verify.mjs';

/** What the receiver knows. */
export class Mirror {
  /** Takes an event; answers whether it told anything new. */
  take(id: string, event: WebhookEvent): boolean;
  /** The newest of a wallet or member, as `wallet 0197...`. */
  of(about: string): unknown;
}

/** An HTTP server that takes what is posted to it: 204 when it was taken, 400 when it cannot be trusted. */
export function createReceiver(secrets: string | readonly string[], mirror: Mirror): Server;
