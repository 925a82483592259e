import type { FastifyReply } from 'fastify';
import type { Spent } from './allowance.js';
import type { Limit, LimitName } from './limits.policy.js';

/**
 * Tells a caller of one limit, beside what was told of others: `RateLimit-Policy` what holds, `RateLimit` what is left, both structured
 * fields (draft-ietf-httpapi-ratelimit-headers).
 */
export function tellLimit(reply: FastifyReply, name: LimitName, { count, seconds }: Limit, { remaining, resetInMs }: Spent): void {
  add(reply, 'ratelimit-policy', `"${name}";q=${count};w=${seconds}`);
  add(reply, 'ratelimit', `"${name}";r=${remaining};t=${secondsOf(resetInMs)}`);
}

/** Whole seconds to wait, at least one. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

function add(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  void reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
}
