import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import type { Ground } from '../../ground.js';
import { nativeEnvelope, type Envelope } from '../envelope.js';
import type { RouteSettings } from '../route-settings.js';
import { dialectAt, type DialectPlace } from './dialect.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose surface the request is on, where its path is a dialect's. */
    dialectPlace?: DialectPlace;
    /** The code in the envelope of the answer, on the paths of a dialect. */
    dialectCode?: string;
  }
}

/**
 * Tells of every request to which dialect its path belongs, and counts the answers of dialects by the code in their envelope: some answer
 * failures with 200, so the status alone says nothing (C10.2).
 */
export function speakDialects(instance: FastifyInstance, { app, metrics }: Pick<Ground, 'app' | 'metrics'>): void {
  const answers = new Counter({
    name: 'dialect_answers_total',
    help: 'Answers on the paths of dialects, by the code in their envelope',
    labelNames: ['dialect', 'code'],
    registers: [metrics.registry],
  });
  instance.addHook('onRoute', (route) => {
    const dialect = dialectAt(app, route.url);
    if (dialect) route.config = { ...route.config, dialect } as typeof route.config;
  });
  instance.decorateRequest('dialectPlace', undefined);
  instance.decorateRequest('dialectCode', undefined);
  instance.addHook('onRequest', (request, _reply, done) => {
    // The route knows, whatever escapes the path was sent with.
    request.dialectPlace = request.is404 ? dialectAt(app, request.url) : (request.routeOptions.config as RouteSettings).dialect;
    readScheme(request);
    done();
  });
  instance.addHook('onSend', (request, _reply, payload, done) => {
    const { dialectPlace } = request;
    if (dialectPlace && typeof payload === 'string') {
      const { dialect, paths } = dialectPlace;
      request.dialectCode = paths.envelope.codeIn(payload);
      answers.inc({ dialect: dialect.name, code: dialect.codes.includes(request.dialectCode ?? '') ? request.dialectCode! : 'none' });
    }
    done(null, payload);
  });
}

/** From here on a token is a bearer token, whatever the dialect calls it. */
function readScheme({ dialectPlace, headers }: FastifyRequest): void {
  const { tokenScheme } = dialectPlace?.dialect ?? {};
  const [scheme, ...token] = headers.authorization?.split(' ') ?? [];
  if (tokenScheme && scheme?.toLowerCase() === tokenScheme.toLowerCase()) headers.authorization = ['Bearer', ...token].join(' ');
}

/** The envelope of the answer to `request`. */
export const envelopeOf = ({ dialectPlace }: FastifyRequest): Envelope => dialectPlace?.paths.envelope ?? nativeEnvelope;
