// A sample receiver: keeps the balance of each wallet and the standing of each member, right in the end in whatever order it is told,
// and however often. Keep `seen` and `latest` in your database, in one transaction with what you do.
import { createServer } from 'node:http';
import { UntrustedWebhook, verifyWebhook } from './verify.mjs';

const MOST_BYTES = 1_048_576;

/** What the receiver knows. */
export class Mirror {
  /** Ids that were worked off. */
  seen = new Set();
  /** By what it is about: the newest that was told, with its number. */
  latest = new Map();

  /** Takes an event; answers whether it told anything new. */
  take(id, { type, sequence, data }) {
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    const told = aboutOf(type, data);
    if (!told || (this.latest.get(told.about)?.sequence ?? -1) > sequence) return false;
    this.latest.set(told.about, { sequence, value: told.value });
    return true;
  }

  /** The newest of a wallet or member, as `wallet 0197...`. */
  of(about) {
    return this.latest.get(about)?.value;
  }
}

function aboutOf(type, data) {
  if (type.startsWith('points.')) return { about: `wallet ${data.wallet_id}`, value: data.balance_after };
  if (type === 'member.created') return { about: `member ${data.id}`, value: data.status };
  if (type === 'member.status_changed') return { about: `member ${data.id}`, value: data.to };
  if (type === 'member.erased') return { about: `member ${data.id}`, value: 'erased' };
  return undefined;
}

/** An HTTP server that takes what is posted to it: 204 when it was taken, 400 when it cannot be trusted. */
export const createReceiver = (secrets, mirror) =>
  createServer((request, response) => {
    const parts = [];
    let size = 0;
    request.on('data', (part) => {
      size += part.length;
      if (size > MOST_BYTES) request.destroy();
      else parts.push(part);
    });
    request.on('end', () => {
      try {
        const { id, event } = verifyWebhook(Buffer.concat(parts), request.headers, secrets);
        mirror.take(id, event);
        response.writeHead(204).end();
      } catch (error) {
        response.writeHead(error instanceof UntrustedWebhook ? 400 : 500).end();
      }
    });
  });
