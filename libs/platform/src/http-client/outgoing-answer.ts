import type { IncomingMessage } from 'node:http';

/** As much of an answer's body as is read before the connection is cut, in bytes (WHK-03). */
const READ_LIMIT = 65_536;
/** As much of it as is kept to show, in bytes (SSRF-04). */
const KEPT_BYTES = 2_048;

/** What the other side answered. */
export interface OutgoingAnswer {
  readonly status: number;
  readonly retryAfter?: string;
  /** The first 2 kB of the body as text. */
  readonly text: string;
}

/**
 * Reads an answer to its end, or to the limit. Its status is what counts: once that is here, a body that is cut, breaks off or takes too
 * long takes nothing from it.
 */
export function readAnswer(response: IncomingMessage): Promise<OutgoingAnswer> {
  return new Promise((resolve) => {
    const kept: Buffer[] = [];
    let [size, keptSize] = [0, 0];
    const done = () =>
      resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
        text: printable(Buffer.concat(kept)),
      });
    response.on('data', (chunk: Buffer) => {
      if (keptSize < KEPT_BYTES) {
        const part = chunk.subarray(0, KEPT_BYTES - keptSize);
        kept.push(part);
        keptSize += part.length;
      }
      size += chunk.length;
      if (size > READ_LIMIT) response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', done);
  });
}

/** Text that fits a text column and a log line: NUL is not text to PostgreSQL, and a character cut in half is none. */
const printable = (bytes: Buffer): string =>
  bytes
    .toString('utf8')
    .replace(/\ufffd$/, '')
    .replaceAll('\0', '');
