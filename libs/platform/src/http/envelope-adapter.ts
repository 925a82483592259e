import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { SealedAnswer, StreamedData, WithMeta } from './answer.js';
import { envelopeOf } from './dialects/dialect-hooks.js';
import { JSON_TYPE } from './error-reply.js';
import { responseIdOf } from './request.js';
import type { RouteSettings } from './route-settings.js';

/**
 * Puts what handlers return into the envelope at the moment it is sent. An interceptor would do the same for the price of an observable
 * per request.
 */
export class EnvelopeAdapter extends FastifyAdapter {
  override reply(response: ServerResponse | FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    const reply = response as FastifyReply;
    if (body instanceof SealedAnswer) return sendSealed(reply, body);
    const status = statusCode ?? reply.statusCode;
    const { unenveloped } = reply.request.routeOptions.config as RouteSettings;
    if (unenveloped || body instanceof StreamableFile || status === 204) return super.reply(response, body, statusCode);
    const ids = { requestId: reply.request.id, responseId: responseIdOf(reply.request) };
    if (body instanceof StreamedData)
      return sendPieces(reply, status, body, (data) => envelopeOf(reply.request).success(ids, { status, data }));
    const success = body instanceof WithMeta ? { status, data: body.data as unknown, meta: body.meta } : { status, data: body };
    return reply.code(status).header('content-type', JSON_TYPE).send(envelopeOf(reply.request).success(ids, success));
  }
}

/** Stands for the data while the envelope is written; no text of ours has it. */
const DATA = '\u0000data\u0000';

function sendPieces(reply: FastifyReply, status: number, { pieces }: StreamedData, wrap: (data: unknown) => string): FastifyReply {
  const [before, after] = wrap(DATA).split(JSON.stringify(DATA)) as [string, string];
  async function* text(): AsyncGenerator<string> {
    yield before;
    yield* pieces;
    yield after;
  }
  return reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .send(Readable.from(text(), { objectMode: false }));
}

function sendSealed(reply: FastifyReply, { status, text, replayed }: SealedAnswer): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  return reply.code(status).header('content-type', JSON_TYPE).send(text);
}
