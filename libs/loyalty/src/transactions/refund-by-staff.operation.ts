import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import type { Decimal, Source } from '../points/points-fact.js';
import { postedOutcome, type PostedOutcome } from '../points/posted-outcome.js';
import { PostPoints } from '../points/post-points.operation.js';
import { TransactionRefunded } from './transaction.acts.js';

/** How much of a transaction staff give back, and why: so many points, so much of the purchase, or all that is left. */
export interface StaffRefund {
  readonly transactionId: string;
  readonly points?: Decimal;
  /** Of the purchase, in its program's currency. */
  readonly amount?: Decimal;
  readonly reason: string;
  readonly reference?: string;
  readonly source: Source;
}

/**
 * Refunds a completed transaction in the name of staff, cumulatively (C3.6, C3.7); points whose day has passed come back with grace, since
 * it is the tenant's doing (C2.3). Throws `not_found`, `invalid_state`, `already_reversed`,
 * `limit_exceeded` and `insufficient_balance`.
 */
@Injectable()
export class RefundByStaff {
  constructor(private readonly postPoints: PostPoints) {}

  async execute(tx: WriteTx<TenantContext>, refund: StaffRefund): Promise<PostedOutcome> {
    const { transactionId, points, amount, reason, reference, source } = refund;
    const refunded = points !== undefined ? { points } : amount !== undefined && { amount, currency: await currencyOf(tx, transactionId) };
    const fact = {
      kind: 'refund_transaction',
      source,
      transactionId,
      reason,
      cause: 'cancelled_by_staff',
      ...(refunded && { refunded }),
      ...(reference && { reference }),
    } as const;
    const outcome = postedOutcome(await this.postPoints.execute(tx, [fact]));
    if (outcome.status === 'posted')
      tx.audit(TransactionRefunded, {
        target: { type: 'transaction', id: transactionId },
        after: {
          refund_id: outcome.shown.id,
          points: outcome.shown.points,
          ...(amount !== undefined && { amount: String(amount) }),
        },
      });
    return outcome;
  }
}

async function currencyOf(tx: WriteTx<TenantContext>, transactionId: string): Promise<string> {
  const [row] = await tx.query<{ currency: string }>(
    `select p.terms ->> 'currency' as currency from ledger_transaction t
     join ledger_account a on a.tenant_id = t.tenant_id and a.id = t.account_id
     join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
     where t.tenant_id = $1 and t.id = $2`,
    [tx.ctx.tenantId, transactionId],
  );
  if (!row) throw NotFound.with();
  return row.currency;
}
