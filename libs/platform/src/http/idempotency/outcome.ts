import { DomainError, fingerprint, type ErrorKind, type RequestContext } from '@tallystick/kernel';
import { IdempotencyInProgress, IdempotencyKeyReused } from '../../platform.errors.js';
import { SealedAnswer, type Answer } from '../answer.js';
import type { WriteRequest } from '../request.js';
import type { Claim, KeyedRequest } from './key-store.js';

/**
 * Which refusals are kept under a key and answered again (IDM-07): those that the work itself gave. A request that was invalid, was not
 * let in, or met a service that is away may be sent again, corrected or not, under the same key (C5.9).
 */
const KEPT: Readonly<Record<ErrorKind, boolean>> = {
  conflict: true,
  missing: true,
  mismatch: true,
  locked: true,
  forbidden: true,
  invalid: false,
  unauthenticated: false,
  method: false,
  too_large: false,
  unsupported: false,
  throttled: false,
  header_too_large: false,
  internal: false,
  unavailable: false,
};

/** Whether the answer to a refused request is kept under its key. */
export const isKept = (refusal: DomainError): boolean => KEPT[refusal.definition.kind];

/** The keyed request behind a write, or undefined when the caller gave no key. */
export const keyedRequest = (ctx: RequestContext, { key, method, path, body }: WriteRequest): KeyedRequest | undefined =>
  key === undefined ? undefined : { actorId: ctx.actor.id, key, fingerprint: fingerprint({ method, path, body }) };

/** Finishes what the work had to say into the bytes that go out. */
export function seal(request: WriteRequest, said: Answer | DomainError): SealedAnswer {
  if (!(said instanceof DomainError)) return new SealedAnswer(said.status, request.envelope.success(request, said), said.replayed);
  const { status, text } = request.envelope.refusal(request, said);
  return new SealedAnswer(status, text);
}

/** What a caller gets whose key was claimed before: the answer of then, or why there is none. */
export const settled = (claim: Exclude<Claim, 'fresh'>): SealedAnswer | DomainError => {
  if (claim === 'running') return IdempotencyInProgress.with({ retryAfter: 1 });
  return claim === 'reused' ? IdempotencyKeyReused.with() : claim;
};
