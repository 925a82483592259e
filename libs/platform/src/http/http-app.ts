import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Ground } from '../ground.js';
import { AccessLog } from '../telemetry/access-log.js';
import { NestLogger } from '../telemetry/nest-logger.js';
import { checkAccess } from './access-check.js';
import { readBodies } from './body-parsers.js';
import { answerClientError } from './client-errors.js';
import { serveDocs } from './contract/docs.js';
import { dialectAt } from './dialects/dialect.js';
import { speakDialects } from './dialects/dialect-hooks.js';
import { EnvelopeAdapter } from './envelope-adapter.js';
import { ErrorFilter } from './error-filter.js';
import { sendError } from './error-reply.js';
import { KnownRoutes } from './known-routes.js';
import { findCallers, limitAddresses } from './limits/limit-hooks.js';
import { LimitGuard } from './limits/limit.guard.js';
import { RateLimits } from './limits/rate-limits.js';
import { addRequestHooks, requestIdOf, standardHeaders, timeAnswer } from './request-hooks.js';
import { readUploads } from './upload.js';
import { DtoPipe } from './validation.pipe.js';

/** A made app: the framework's handle on it, and the routes it answers. */
export interface HttpApp {
  readonly nest: NestFastifyApplication;
  readonly routes: KnownRoutes;
}

/** Bytes of a request body at most, where the route does not say otherwise (AZN-04). */
export const BODY_LIMIT = 256 * 1024;
/** A request that is not whole after this time is dropped (slow-loris). */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Makes an app of `module`: Nest on Fastify, with the envelope, the error answers, the checks on what comes in, the access log and the
 * figures; `extend` adds hooks of the caller's own. It is initialized and does not listen yet. Throws when a route declares no access.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  ground: Ground,
  extend: (instance: FastifyInstance) => void = () => undefined,
): Promise<HttpApp> {
  const { app, logger, metrics } = ground;
  const accessLog = new AccessLog(logger, metrics);
  const onFault = (err: unknown, request: FastifyRequest): void =>
    logger.error({ err, request_id: request.id, route: request.routeOptions?.url }, 'fault');
  const adapter = new EnvelopeAdapter({
    logger: false,
    skipMiddie: true,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: false,
    genReqId: requestIdOf,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1_024 },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, (...told) => accessLog.writeUnparsed(...told)),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(standardHeaders(request));
      request.dialectPlace = dialectAt(app, request.url);
      sendError(error, request, timeAnswer(reply), onFault);
      accessLog.write(request, reply);
    },
  } as ConstructorParameters<typeof EnvelopeAdapter>[0]);
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new KnownRoutes(instance);
  speakDialects(instance, ground);
  addRequestHooks(instance);
  findCallers(instance, ground.config.isProxy);
  const limits = app === 'worker' ? undefined : await RateLimits.open(ground);
  if (limits) limitAddresses(instance, limits);
  readBodies(instance);
  readUploads(instance);
  accessLog.watch(instance);
  extend(instance);
  const nest = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  checkAccess(nest);
  if (limits) nest.useGlobalGuards(new LimitGuard(limits));
  nest.useGlobalPipes(new DtoPipe());
  nest.useGlobalFilters(new ErrorFilter(routes, onFault));
  if (app !== 'worker') serveDocs(nest, app);
  await nest.init();
  await instance.ready();
  return { nest, routes };
}
