import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { ParkedRefunds } from '../points/parked-refunds.js';
import type { PointsFact } from '../points/points-fact.js';
import type { PostPoints } from '../points/post-points.operation.js';
import { verdictOf, type BatchVerdict } from './points-batch.js';

/** One line of a list, named by the caller. */
export interface PostableLine {
  readonly id: string;
  readonly fact: PointsFact;
}

/** A line's verdict, and the points it moved in the program's smallest unit. */
export interface PostedLine {
  readonly verdict: BatchVerdict;
  readonly units: bigint;
  /** What a refusal is about. */
  readonly field?: string;
}

/**
 * Posts lines of a batch or a file, each with its own verdict: a refund whose purchase has not been seen is parked, and one that is parked
 * already, by another list or an earlier line, is a duplicate (C3.9, C5.6).
 */
export async function postLines(
  tx: WriteTx<TenantContext>,
  { postPoints, parked }: { postPoints: PostPoints; parked: ParkedRefunds },
  requestId: string,
  lines: readonly PostableLine[],
): Promise<PostedLine[]> {
  const facts = lines.map(({ fact }) => fact);
  const outcomes = await postPoints.execute(tx, facts);
  const fresh = await parked.park(
    tx,
    requestId,
    facts.filter((_, index) => outcomes[index]?.status === 'parked'),
  );
  return lines.map(({ id }, index): PostedLine => {
    const outcome = outcomes[index]!;
    if (outcome.status === 'parked' && !fresh.delete(id))
      return { units: 0n, verdict: { id, status: 'duplicate', points: 0, transaction_id: null, member_id: null } };
    const [field] = outcome.status === 'refused' ? Object.keys(outcome.refusal.details.errors ?? {}) : [];
    return {
      units: outcome.status === 'posted' ? outcome.units : 0n,
      verdict: verdictOf({ id }, outcome),
      ...(field !== undefined && { field }),
    };
  });
}
