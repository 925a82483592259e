import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Origin, PlatformContext, RequestContext, TenantContext } from '@tallystick/kernel';
import type { FastifyRequest } from 'fastify';
import { PermissionDenied } from '../platform.errors.js';
import { envelopeOf } from './dialects/dialect-hooks.js';
import type { Envelope } from './envelope.js';
import { idempotencyKey } from './idempotency/idempotency-key.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Under whose name the request runs; set by the guard once it has checked the credential. */
    tallyContext?: RequestContext;
    /** What the caller may do at this moment; set by the guard with the context. */
    tallyPermits?: Permits;
    /** Names this answer, in the envelope and in `X-Response-ID`. */
    responseId?: string;
  }
}

/** Whether a caller has a permission. */
export type Permits = (permission: string) => boolean;

/** A write as the idempotency engine sees it (C5.1, C5.2). */
export interface WriteRequest {
  /** The caller's `Idempotency-Key`, unquoted. */
  readonly key?: string;
  readonly method: string;
  /** The path with its parameters filled in, without the query. */
  readonly path: string;
  /** The parsed body, before any default was filled in. */
  readonly body: unknown;
  readonly requestId: string;
  readonly responseId: string;
  /** How the answer looks that is kept and sent. */
  readonly envelope: Envelope;
}

/** The id of the answer to `request`, made on first use. */
export const responseIdOf = (request: FastifyRequest): string => (request.responseId ??= randomUUID());

/** Describes a request to the idempotency engine. Throws `validation_error` for a malformed `Idempotency-Key`. */
export function writeRequest(request: FastifyRequest): WriteRequest {
  const { url, method, headers, body } = request;
  const query = url.indexOf('?');
  return {
    key: idempotencyKey(headers['idempotency-key']),
    method,
    path: query < 0 ? url : url.slice(0, query),
    body: body ?? null,
    requestId: request.id,
    responseId: responseIdOf(request),
    envelope: envelopeOf(request),
  };
}

const requestOf = (host: ExecutionContext): FastifyRequest => host.switchToHttp().getRequest<FastifyRequest>();

function contextOf(host: ExecutionContext): RequestContext {
  const { tallyContext } = requestOf(host);
  if (!tallyContext) throw new Error('this route asks for a context, but no guard made one: is it public?');
  return tallyContext;
}

/** Parameter: the tenant context of the caller. People of the platform, who have no tenant, are refused with `permission_denied`. */
export const Ctx = createParamDecorator((_: unknown, host: ExecutionContext): TenantContext => {
  const ctx = contextOf(host);
  if (ctx.tenantId === null) throw PermissionDenied.with({ message: 'This is for people and clients of a tenant' });
  return ctx as TenantContext;
});

/** Parameter: the context of a caller of the platform; everyone else is refused with `permission_denied`. */
export const PlatformCtx = createParamDecorator((_: unknown, host: ExecutionContext): PlatformContext => {
  const ctx = contextOf(host);
  if (ctx.tenantId !== null) throw PermissionDenied.with({ message: 'This is for people of the platform' });
  return ctx as PlatformContext;
});

/** Parameter: the context of whoever calls, of a tenant or of the platform. */
export const ActorCtx = createParamDecorator((_: unknown, host: ExecutionContext): RequestContext => contextOf(host));

/** Parameter: what the caller may do, to ask permission by permission. */
export const May = createParamDecorator((_: unknown, host: ExecutionContext): Permits => {
  const { tallyPermits } = requestOf(host);
  if (!tallyPermits) throw new Error('this route asks what its caller may do, but no guard said it: is it public?');
  return tallyPermits;
});

/** Where a request came from. */
export const originOf = ({ ip, headers }: FastifyRequest): Origin => ({
  address: ip,
  userAgent: headers['user-agent']?.slice(0, 500) ?? null,
});

const IDEMPOTENT = 'tallystick:idempotent';
const describe = createParamDecorator((_: unknown, host: ExecutionContext): WriteRequest => writeRequest(requestOf(host)));

/** Parameter: the `WriteRequest` for `Writes`. A route that has it takes `Idempotency-Key`, and its contract says so. */
export const Idempotency = (): ParameterDecorator => (target, method, index) => {
  Reflect.defineMetadata(IDEMPOTENT, true, target, method as string);
  describe()(target, method, index);
};

/** Whether a handler takes an `Idempotency-Key`. */
export const takesIdempotencyKey = (prototype: object, method: string): boolean =>
  Reflect.getMetadata(IDEMPOTENT, prototype, method) === true;
