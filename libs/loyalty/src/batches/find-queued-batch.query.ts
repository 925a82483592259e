import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { LineStatus, QueuedLine } from './queued-batch.js';

interface Row {
  request_id: string;
  status: LineStatus;
  points: string;
  scale: number;
  held_back: QueuedLine['heldBack'];
  transaction_id: string | null;
  code: string | null;
  reason: string | null;
}

/** Reads what has become of a batch in the queue. */
@Injectable()
export class FindQueuedBatch {
  /** Its lines in the order in which they were sent; a refund that waited and was settled meanwhile shows how. Throws `not_found`. */
  async lines(tx: ReadTx<TenantContext>, id: string, programId: string | undefined): Promise<QueuedLine[]> {
    const rows = await tx.query<Row>(
      `select l.request_id, p.scale, coalesce(r.transaction_id, l.transaction_id) as transaction_id, coalesce(r.code, l.code) as code, l.reason,
         case when l.status = 'parked' and r.status = 'posted' then 'posted' when l.status = 'parked' and r.status = 'refused' then 'refused'
           else l.status end as status,
         coalesce(t.amount, 0) as points,
         case when t.available_at > tenant_now() or lots.held >= t.amount then 'all' when lots.held > 0 then 'part' else 'none' end as held_back
       from queued_batch b join queued_line l on l.tenant_id = b.tenant_id and l.batch_id = b.id
       join program p on p.tenant_id = b.tenant_id and p.id = b.program_id
       left join parked_refund r on l.status = 'parked' and r.tenant_id = l.tenant_id and r.reference = l.reference
       left join ledger_transaction t on t.tenant_id = l.tenant_id and t.id = coalesce(r.transaction_id, l.transaction_id)
       left join lateral (select sum(o.held) as held from ledger_lot o where o.tenant_id = t.tenant_id and o.transaction_id = t.id) lots
         on t.kind = 'earn'
       where b.tenant_id = $1 and b.id = $2 and ($3::uuid is null or b.program_id = $3) and b.client_id = $4
       order by l.position`,
      [tx.ctx.tenantId, id, programId ?? null, tx.ctx.actor.id],
    );
    if (rows.length === 0) throw NotFound.with();
    return rows.map((row) => ({
      requestId: row.request_id,
      status: row.status,
      points: Points.of(BigInt(row.points), row.scale).toNumber(),
      heldBack: row.held_back,
      transactionId: row.transaction_id,
      code: row.code,
      reason: row.reason,
    }));
  }
}
