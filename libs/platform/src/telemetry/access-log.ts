import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

/** Writes one line and counts one observation for each answered request (OBS-02). */
export class AccessLog {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  watch(instance: FastifyInstance): void {
    instance.addHook('onResponse', (request, reply, done) => {
      this.write(request, reply);
      done();
    });
  }

  /** A request that reached the router: found, not found or refused by it. */
  write(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.is404 ? undefined : request.routeOptions?.url;
    const milliseconds = reply.elapsedTime;
    this.metrics.observeRequest(request.method, route, reply.statusCode, milliseconds / 1_000);
    this.logger.info(
      {
        request_id: request.id,
        method: request.method,
        route: route ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(milliseconds * 10) / 10,
        tenant: request.tallyContext?.tenantId ?? null,
        client: request.tallyContext?.actor.id ?? null,
        ...(request.dialectCode !== undefined && { code: request.dialectCode }),
      },
      'request',
    );
  }

  /** A request that Node could not parse. */
  writeUnparsed(status: number, requestId: string, code: string): void {
    this.metrics.observeRequest('other', undefined, status, 0);
    this.logger.info(
      { request_id: requestId, method: null, route: null, status, duration_ms: 0, tenant: null, client: null, code },
      'request',
    );
  }
}
