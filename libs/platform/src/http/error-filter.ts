import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed } from '../platform.errors.js';
import { sendError, type FaultListener } from './error-reply.js';
import type { KnownRoutes } from './known-routes.js';

/** Answers everything that handlers, guards, pipes, parsers and the router throw (ERR-01). */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly routes: KnownRoutes,
    private readonly onFault: FaultListener,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const allowed = error instanceof NotFoundException && request.is404 ? this.routes.methodsOf(request.url) : [];
    if (allowed.length === 0) return sendError(error, request, reply, this.onFault);
    reply.header('allow', allowed.join(', '));
    sendError(MethodNotAllowed.with(), request, reply, this.onFault);
  }
}
