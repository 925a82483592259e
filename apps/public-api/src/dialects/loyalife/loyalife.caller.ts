import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Parameter: the one member whom the caller's token is for; undefined for a token of the whole program. */
export const BoundTo = createParamDecorator(
  (_: unknown, host: ExecutionContext): string | undefined => host.switchToHttp().getRequest<FastifyRequest>().boundMemberId,
);
