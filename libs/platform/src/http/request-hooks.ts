import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { escapePasted } from './pasted-text.js';
import { responseIdOf } from './request.js';
import type { RouteSettings } from './route-settings.js';
import { checkUrl } from './url-check.js';

const WELL_FORMED = /^[\w-]{8,64}$/;

/** The caller's `X-Request-ID` when it is well-formed, a new UUID otherwise (OBS-01). */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}

/** Security headers of an API that only programs read; pages set their own content policy. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What lets pages elsewhere read an answer. Without `allow-credentials` and an answer to a preflight they read it as nobody. */
const ANY_ORIGIN = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

/** The headers that every answer has. */
export const standardHeaders = (request: FastifyRequest): Record<string, string> => ({
  ...HEADERS,
  'x-request-id': request.id,
  'x-response-id': responseIdOf(request),
});

/** What happens to every request, found or not, before and after its handler. */
export function addRequestHooks(instance: FastifyInstance): void {
  instance.decorateRequest('tallyContext', undefined);
  instance.decorateRequest('tallyPermits', undefined);
  instance.decorateRequest('responseId', undefined);
  instance.addHook('onRequest', (request, reply, done) => {
    reply.headers(standardHeaders(request));
    const { anyOrigin, pastedText } = request.routeOptions.config as RouteSettings;
    if (anyOrigin) reply.headers(ANY_ORIGIN);
    try {
      checkUrl(pastedText ? readPasted(request, pastedText) : request.url);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    timeAnswer(reply);
    done(null, payload);
  });
  instance.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteSettings;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}

/** Reads the query anew as if what was pasted into it had been escaped, and gives the URL that it would then have. */
function readPasted(request: FastifyRequest, names: readonly string[]): string {
  const [path = '', ...query] = request.url.split('?');
  const escaped = escapePasted(query.join('?'), names);
  request.query = parse(escaped);
  return `${path}?${escaped}`;
}

/** How long the answer took, in milliseconds. */
export const timeAnswer = (reply: FastifyReply): FastifyReply => reply.header('x-response-time', `${reply.elapsedTime.toFixed(1)}ms`);
