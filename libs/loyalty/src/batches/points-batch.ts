import { Points, type DomainError } from '@tallystick/kernel';
import type { BatchItem } from './batch-item.js';
import type { PointsOutcome } from '../points/points-outcome.js';

/** What became of one line (C5.7). `points` is what it moved: below 0 for a refund, 0 for a duplicate, a rejected or a waiting line. */
export interface BatchVerdict {
  readonly id: string | null;
  /** The member it was counted for; null for a rejected line, or a refund that waits. */
  readonly member_id: string | null;
  readonly status: 'accepted' | 'duplicate' | 'rejected';
  readonly points: number;
  readonly transaction_id: string | null;
  readonly code?: string;
  readonly reason?: string;
}

/** A batch as answered; `points` is the sum over its accepted lines. */
export interface PointsBatch {
  readonly request_id: string | number;
  readonly processed: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly points: number;
  readonly items: readonly BatchVerdict[];
}

/** The code of a refund that waits for its purchase (C3.9). */
export const PARKED_CODE = 'parked';
const PARKED_REASON = 'The purchase has not been seen yet; the refund is kept for 90 days and posted when it arrives.';

/** Says the outcome of a line. */
export function verdictOf(item: Pick<BatchItem, 'id'>, outcome: PointsOutcome): BatchVerdict {
  switch (outcome.status) {
    case 'posted':
      return {
        id: item.id,
        status: 'accepted',
        points: Points.of(outcome.units, outcome.program.scale).toNumber(),
        transaction_id: outcome.shown.id,
        member_id: outcome.shown.member_id,
      };
    case 'replayed':
      return { id: item.id, status: 'duplicate', points: 0, transaction_id: outcome.shown.id, member_id: outcome.shown.member_id };
    case 'parked':
      return {
        id: item.id,
        status: 'accepted',
        points: 0,
        transaction_id: null,
        member_id: null,
        code: PARKED_CODE,
        reason: PARKED_REASON,
      };
    case 'refused':
      return rejected(item.id, outcome.refusal.definition.code, reasonOf(outcome.refusal));
  }
}

/** A line that was not posted, with the code and the sentence that say why. */
export const rejected = (id: string | null, code: string, reason: string): BatchVerdict => ({
  id,
  status: 'rejected',
  points: 0,
  transaction_id: null,
  member_id: null,
  code,
  reason,
});

function reasonOf({ message, details }: DomainError): string {
  const fields = Object.entries(details.errors ?? {}).map(
    ([field, value]) => `${field}: ${Array.isArray(value) ? value.join(' ') : String(value)}`,
  );
  return fields.length === 0 ? message : `${message}: ${fields.join('; ')}`;
}

/** Adds up verdicts; `units` is the exact sum of points in the program's smallest unit. */
export function tally(requestId: string | number, items: readonly BatchVerdict[], units: bigint, scale: number): PointsBatch {
  const count = (status: BatchVerdict['status']): number => items.filter((item) => item.status === status).length;
  return {
    request_id: requestId,
    processed: items.length,
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    rejected: count('rejected'),
    points: Points.of(units, scale).toNumber(),
    items,
  };
}
