import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { FastifyRequest } from 'fastify';
import { idempotencyKey } from './idempotency/idempotency-key.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Under whose name the request runs; set by the guard once it has checked the credential. */
    tallyContext?: TenantContext;
    /** Names this answer, in the envelope and in `X-Response-ID`. */
    responseId?: string;
  }
}

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
  };
}

const requestOf = (host: ExecutionContext): FastifyRequest => host.switchToHttp().getRequest<FastifyRequest>();

/** Parameter: the tenant context of the caller. */
export const Ctx = createParamDecorator((_: unknown, host: ExecutionContext): TenantContext => {
  const { tallyContext } = requestOf(host);
  if (!tallyContext) throw new Error('this route asks for a context, but no guard made one: is it public?');
  return tallyContext;
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
