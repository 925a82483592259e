import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '@tallystick/kernel';
import type { ConnectionError } from 'fastify';
import { HeadersTooLarge, ParseFailed } from '../platform.errors.js';
import { errorText } from './envelope.js';
import { JSON_TYPE } from './error-reply.js';
import { STATUS_OF } from './error-status.js';

/** Told of a request that could not be parsed, so that it is counted and logged like the others. */
export type ClientErrorListener = (status: number, requestId: string, code: string) => void;

/** Answers on the socket what no router will ever see, in the envelope (ERR-01), and closes the connection. */
export function answerClientError(error: ConnectionError, socket: Socket, listen: ClientErrorListener): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refusal = refusalFor(error);
  const status = STATUS_OF[refusal.definition.kind];
  const ids = { requestId: randomUUID(), responseId: randomUUID() };
  const text = errorText(ids, refusal);
  if (socket.writable) {
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        `Content-Type: ${JSON_TYPE}`,
        `Content-Length: ${Buffer.byteLength(text)}`,
        `X-Request-ID: ${ids.requestId}`,
        `X-Response-ID: ${ids.responseId}`,
        'X-Response-Time: 0.0ms',
        'Cache-Control: no-store',
        'Connection: close',
        '',
        text,
      ].join('\r\n'),
    );
  }
  socket.once('finish', () => socket.destroy());
  listen(status, ids.requestId, refusal.definition.code);
}

function refusalFor(error: ConnectionError): DomainError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return HeadersTooLarge.with();
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return ParseFailed.with({ message: 'The request did not arrive in time' });
  const header = brokenHeader(error);
  return ParseFailed.with(header ? { errors: { [header]: ['This header has characters that are not allowed.'] } } : {});
}

/** The name of the header line at which the parser stopped (IDM-05). */
function brokenHeader({ code, rawPacket, bytesParsed = 0 }: ConnectionError): string | undefined {
  if (!code?.startsWith('HPE_INVALID_HEADER') || !rawPacket) return undefined;
  const packet = rawPacket as unknown as Buffer; // the type says otherwise, Node's documentation and the object do not
  const start = packet.lastIndexOf('\n', bytesParsed - 1) + 1;
  return /^([\w-]{1,60}):/.exec(packet.toString('latin1', start, start + 64))?.[1];
}
