import type { DomainError } from '@tallystick/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { envelopeOf } from './dialects/dialect-hooks.js';
import { asRefusal } from './refusal.js';
import { responseIdOf } from './request.js';
import type { RouteSettings } from './route-settings.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Told of errors that nobody declared, with the request in which they came up. */
export type FaultListener = (error: unknown, request: FastifyRequest) => void;

/** Answers an error, whoever raised it: handler, pipe, guard, router, parser. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, onFault: FaultListener): void {
  const refusal = asRefusal(error);
  const ids = { requestId: request.id, responseId: responseIdOf(request) };
  const { status, text } = envelopeOf(request).refusal(ids, refusal);
  if (refusal.definition.kind === 'internal') onFault(error, request);
  if (reply.sent || reply.raw.headersSent) return;
  const { errorBody, challenge } = (request.routeOptions?.config ?? {}) as RouteSettings;
  reply
    .code(status)
    .headers(headersOf(refusal, status, challenge ?? bearerChallenge(request)))
    .header('content-type', JSON_TYPE);
  void reply.send(errorBody ? JSON.stringify(errorBody(refusal, status)) : text);
}

/** The headers that a status promises besides its body (ERR-07). */
function headersOf(refusal: DomainError, status: number, challenge: string): Record<string, string> {
  const { retryAfter } = refusal.details;
  if (status === 401) return { 'www-authenticate': challenge };
  if (retryAfter !== undefined) return { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) };
  return status === 429 || status === 503 ? { 'retry-after': '1' } : {};
}

/** RFC 6750, 3: bare when no credential was sent. */
const bearerChallenge = ({ headers }: FastifyRequest): string => (headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer');
