import { Injectable } from '@nestjs/common';
import type { DomainError, TenantContext } from '@tallystick/kernel';
import { PostPoints, type PointsFact, type PointsOutcome } from '@tallystick/loyalty';
import { NotFound, Writes, type Answer, type GroupedWrites, type SealedAnswer, type WriteRequest } from '@tallystick/platform';

/** Posts the points of many callers in shared transactions; all endpoints under `/points` go through the same line. */
@Injectable()
export class PointsWrites {
  private readonly group: GroupedWrites<PointsFact, PointsOutcome>;

  constructor(writes: Writes, postPoints: PostPoints) {
    this.group = writes.group((tx, facts: PointsFact[]) => postPoints.execute(tx, facts));
  }

  /** Answers 201 with the transaction, or what `shape` makes of it; throws the refusal. */
  post(ctx: TenantContext, request: WriteRequest, fact: PointsFact, shape: Shape = ({ shown }) => shown): Promise<SealedAnswer> {
    return this.group.submit(ctx, request, fact, (outcome) => say(outcome, shape));
  }
}

type Posted = Extract<PointsOutcome, { status: 'posted' | 'replayed' }>;
type Shape = (posted: Posted) => object;

function say(outcome: PointsOutcome, shape: Shape): Answer | DomainError {
  if (outcome.status === 'refused') return outcome.refusal;
  // Only batches park refunds.
  if (outcome.status === 'parked') return NotFound.with();
  return { status: 201, data: shape(outcome), replayed: outcome.status === 'replayed' };
}
