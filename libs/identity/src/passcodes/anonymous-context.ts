import { requestContext, type PlatformContext } from '@tallystick/kernel';
import { originOf } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';

/** The context of a request that nobody has signed in for. */
export const anonymousContext = (request: FastifyRequest): PlatformContext =>
  requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: request.id, origin: originOf(request) });

/** The same for who has proved to be a person otherwise than by signing in. */
export const provenContext = (ctx: PlatformContext, userId: string): PlatformContext =>
  requestContext({ ...ctx, actor: { type: 'user', id: userId } });
