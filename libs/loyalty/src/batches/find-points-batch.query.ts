import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { OriginalUnknown } from '../loyalty.errors.js';
import { PARKED_CODE, rejected, tally, type BatchVerdict, type PointsBatch } from './points-batch.js';

interface StoredBatch {
  readonly fingerprint: string;
  readonly batch: PointsBatch;
}

interface SettledRefund {
  reference: string;
  status: 'posted' | 'refused';
  transaction_id: string | null;
  member_id: string | null;
  amount: string | null;
  code: string | null;
}

/** Reads a client's batches by their request id. */
@Injectable()
export class FindPointsBatch {
  /** The batch as it was answered at first. */
  async stored(tx: ReadTx<TenantContext>, requestId: string): Promise<StoredBatch | null> {
    const found = await this.read(tx, requestId);
    return found && { fingerprint: found.fingerprint, batch: tally(found.requestId, found.items, found.units, found.scale) };
  }

  /** The batch in its present state: refunds that waited for their purchase show what has become of them. */
  async present(tx: ReadTx<TenantContext>, requestId: string): Promise<PointsBatch | null> {
    const found = await this.read(tx, requestId);
    if (!found) return null;
    const settled = new Map((await this.settledRefunds(tx, requestId)).map((refund) => [refund.reference, refund]));
    let units = found.units;
    const items = found.items.map((item): BatchVerdict => {
      const refund = item.code === PARKED_CODE ? settled.get(`refund:${item.id}`) : undefined;
      if (!refund) return item;
      if (refund.status === 'refused') return rejected(item.id, refund.code ?? OriginalUnknown.code, OriginalUnknown.message);
      const amount = BigInt(refund.amount ?? 0);
      units += amount;
      return {
        id: item.id,
        status: 'accepted',
        points: Points.of(amount, found.scale).toNumber(),
        transaction_id: refund.transaction_id,
        member_id: refund.member_id,
      };
    });
    return tally(found.requestId, items, units, found.scale);
  }

  private async read(
    tx: ReadTx<TenantContext>,
    requestId: string,
  ): Promise<{ requestId: string | number; fingerprint: string; items: BatchVerdict[]; units: bigint; scale: number } | null> {
    const [row] = await tx.query<{
      request_id_as_sent: string | number;
      fingerprint: string;
      items: BatchVerdict[];
      points: string;
      scale: number;
    }>(
      `select b.request_id_as_sent, b.fingerprint, b.items, b.points, p.scale from points_batch b
       join program p on p.tenant_id = b.tenant_id and p.id = b.program_id
       where b.tenant_id = $1 and b.client_id = $2 and b.request_id = $3`,
      [tx.ctx.tenantId, tx.ctx.actor.id, requestId],
    );
    return row
      ? { requestId: row.request_id_as_sent, fingerprint: row.fingerprint, items: row.items, units: BigInt(row.points), scale: row.scale }
      : null;
  }

  private settledRefunds(tx: ReadTx<TenantContext>, requestId: string): Promise<SettledRefund[]> {
    return tx.query<SettledRefund>(
      `select r.reference, r.status, r.transaction_id, a.owner_id as member_id, t.amount, r.code from parked_refund r
       left join ledger_transaction t on t.tenant_id = r.tenant_id and t.id = r.transaction_id
       left join ledger_account a on a.tenant_id = t.tenant_id and a.id = t.account_id
       where r.tenant_id = $1 and r.client_id = $2 and r.request_id = $3 and r.status <> 'waiting'`,
      [tx.ctx.tenantId, tx.ctx.actor.id, requestId],
    );
  }
}
