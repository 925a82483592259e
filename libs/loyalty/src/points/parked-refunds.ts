import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import { OriginalUnknown } from '../loyalty.errors.js';
import { RefundGivenUp } from '../loyalty.events.js';
import { referenceKey } from './plan.js';
import type { PointsFact, RefundFact } from './points-fact.js';
import type { PointsOutcome } from './points-outcome.js';

/** How long a refund waits for its purchase (C3.9). */
export const PARKING_DAYS = 90;

/** A refund that waits, ready to be posted again. */
export interface WaitingRefund {
  readonly reference: string;
  readonly fact: RefundFact;
}

type Tx = WriteTx<TenantContext>;

const WAITING = `select reference, fact from parked_refund where tenant_id = $1 and status = 'waiting'`;

const PURCHASE_SEEN = 'exists (select from ledger_transaction t where t.tenant_id = $1 and t.reference = original_reference)';

/** Asked for each list that posts purchases. */
const WAITING_FOR: Prepared = {
  name: 'parked_refunds_waiting_for',
  text: `${WAITING} and original_reference = any($2::text[]) order by reference for update skip locked`,
};

/** The refunds whose purchase has not been seen. */
@Injectable()
export class ParkedRefunds {
  /** Keeps refunds of a batch; answers the references that were not waiting already. */
  async park(tx: Tx, requestId: string, facts: readonly PointsFact[]): Promise<Set<string>> {
    const refunds = facts.filter((fact): fact is RefundFact => fact.kind === 'refund');
    if (refunds.length === 0) return new Set();
    const rows = await tx.query<{ reference: string }>(
      `insert into parked_refund (tenant_id, reference, original_reference, client_id, request_id, fact, parked_at)
       select $1, r.reference, r.original, $4, $5, r.fact, tenant_now() from unnest($2::text[], $3::text[], $6::jsonb[]) as r(reference, original, fact)
       order by r.reference on conflict (tenant_id, reference) do nothing returning reference`,
      [
        tx.ctx.tenantId,
        refunds.map((fact) => referenceKey('refund', fact.reference)),
        refunds.map((fact) => referenceKey('earn', fact.originalReference)),
        tx.ctx.actor.id,
        requestId,
        refunds.map((fact) => JSON.stringify(fact)),
      ],
    );
    return new Set(rows.map((row) => row.reference.slice('refund:'.length)));
  }

  /** The refunds that wait for one of these purchases, locked for this transaction. */
  waitingFor(tx: Tx, purchases: readonly string[]): Promise<WaitingRefund[]> {
    return this.lock(tx, WAITING_FOR, [purchases.map((reference) => referenceKey('earn', reference))]);
  }

  /** Refunds whose purchase came while they were being parked. */
  missed(tx: Tx, limit: number): Promise<WaitingRefund[]> {
    return this.lock(tx, `${WAITING} and ${PURCHASE_SEEN} order by reference limit $2 for update skip locked`, [limit]);
  }

  /** Gives up refunds that have waited long enough, and reports each (C3.9); answers how many. */
  async giveUp(tx: Tx, limit: number): Promise<number> {
    const given = await tx.query<{ reference: string; original_reference: string; request_id: string; parked_at: Date }>(
      `update parked_refund set status = 'refused', code = $2, settled_at = tenant_now() where tenant_id = $1 and reference in (
         select reference from parked_refund
         where tenant_id = $1 and status = 'waiting' and parked_at < tenant_now() - interval '${PARKING_DAYS} days' and not ${PURCHASE_SEEN}
         order by reference limit $3 for update skip locked)
       returning reference, original_reference, request_id, parked_at`,
      [tx.ctx.tenantId, OriginalUnknown.code, limit],
    );
    for (const { reference, original_reference: original, request_id, parked_at } of given)
      tx.emit(RefundGivenUp, {
        reference: reference.slice('refund:'.length),
        original_reference: original.slice('earn:'.length),
        request_id,
        parked_at: parked_at.toISOString(),
      });
    return given.length;
  }

  private async lock(tx: Tx, sql: string | Prepared, parameters: unknown[]): Promise<WaitingRefund[]> {
    const rows = await tx.query<{ reference: string; fact: RefundFact & { occurredAt?: string } }>(sql, [tx.ctx.tenantId, ...parameters]);
    return rows.map(({ reference, fact }) => ({
      reference,
      fact: { ...fact, ...(fact.occurredAt && { occurredAt: new Date(fact.occurredAt) }) },
    }));
  }

  /** Records what became of refunds that waited. */
  async settle(tx: Tx, waiting: readonly WaitingRefund[], outcomes: readonly PointsOutcome[]): Promise<void> {
    const settled = waiting
      .map((refund, index) => ({ refund, outcome: outcomes[index] as PointsOutcome }))
      .filter(({ outcome }) => outcome.status !== 'parked');
    await tx.query(
      `update parked_refund r set status = s.status, transaction_id = s.transaction_id, code = s.code, settled_at = tenant_now()
       from unnest($2::text[], $3::text[], $4::uuid[], $5::text[]) as s(reference, status, transaction_id, code)
       where r.tenant_id = $1 and r.reference = s.reference`,
      [
        tx.ctx.tenantId,
        settled.map(({ refund }) => refund.reference),
        settled.map(({ outcome }) => (outcome.status === 'refused' ? 'refused' : 'posted')),
        settled.map(({ outcome }) => ('shown' in outcome ? outcome.shown.id : null)),
        settled.map(({ outcome }) => (outcome.status === 'refused' ? outcome.refusal.definition.code : null)),
      ],
    );
  }
}
