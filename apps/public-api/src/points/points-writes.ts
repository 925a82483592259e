import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import {
  CONFIRMATIONS,
  PostPoints,
  type HoldFact,
  type PointsFact,
  type PointsOutcome,
  type RedeemFact,
  type TransferFact,
} from '@tallystick/loyalty';
import {
  NotFound,
  Writes,
  type Answer,
  type GroupedWrites,
  type SealedAnswer,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';
import { Confirmations } from './confirmations.js';

/** Posts the points of many callers in shared transactions; all endpoints under `/points` go through the same line. */
@Injectable()
export class PointsWrites {
  private readonly group: GroupedWrites<PointsFact, PointsOutcome>;

  constructor(
    private readonly writes: Writes,
    private readonly postPoints: PostPoints,
    private readonly confirmations: Confirmations,
  ) {
    this.group = writes.group((tx, facts: PointsFact[]) => postPoints.execute(tx, facts));
  }

  /** Answers 201 with the transaction, or what `shape` makes of it; throws the refusal. */
  post(ctx: TenantContext, request: WriteRequest, fact: PointsFact, shape: Shape = ({ shown }) => shown): Promise<SealedAnswer> {
    return this.group.submit(ctx, request, fact, (outcome) => say(outcome, shape));
  }

  /** The same, confirmed by a code of the member where one was given. */
  async postConfirmed(
    ctx: TenantContext,
    request: WriteRequest,
    fact: RedeemFact | HoldFact | TransferFact,
    { otp, shape }: { otp?: string; shape?: Shape },
  ): Promise<SealedAnswer> {
    if (otp === undefined) return this.post(ctx, request, fact, shape);
    const [member, type] = fact.kind === 'transfer' ? [fact.from, CONFIRMATIONS.transfer] : [fact.member, CONFIRMATIONS.redeem];
    return this.postAfter(ctx, request, { ...fact, confirmed: true }, await this.confirmations.tried(ctx, member, type, otp), shape);
  }

  /** The same in a transaction of its own, after what must hold first; a repeat is answered without it. */
  private postAfter(
    ctx: TenantContext,
    request: WriteRequest,
    fact: PointsFact,
    first: (tx: WriteTx<TenantContext>) => Promise<void>,
    shape: Shape = ({ shown }) => shown,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await first(tx);
      const [outcome] = await this.postPoints.execute(tx, [fact]);
      const said = say(outcome!, shape);
      if (said instanceof DomainError) throw said;
      return said;
    });
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
