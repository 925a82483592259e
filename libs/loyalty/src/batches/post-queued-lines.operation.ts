import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { ParkedRefunds } from '../points/parked-refunds.js';
import { PostPoints } from '../points/post-points.operation.js';
import type { PointsOutcome } from '../points/points-outcome.js';
import { readFact, type QueuedFact } from './queued-batch.js';

/** Lines that are posted together. */
const AT_ONCE = 500;

interface Row {
  position: number;
  fact: QueuedFact & { occurredAt?: string };
}

/** Posts the next lines of a batch in the queue, by the same way as every other fact; whoever finds them locked leaves them. */
@Injectable()
export class PostQueuedLines {
  constructor(
    private readonly postPoints: PostPoints,
    private readonly parked: ParkedRefunds,
  ) {}

  /** Answers how many lines it found; 0 when the batch is done. */
  async execute(tx: WriteTx<TenantContext>, batchId: string): Promise<number> {
    const { tenantId } = tx.ctx;
    const rows = await tx.query<Row>(
      `select position, fact from queued_line where tenant_id = $1 and batch_id = $2 and status = 'pending'
       order by position limit ${AT_ONCE} for update`,
      [tenantId, batchId],
    );
    if (rows.length === 0) return 0;
    const facts = rows.map(({ fact }) => readFact(fact));
    const outcomes = await this.postPoints.execute(tx, facts);
    await this.parked.park(
      tx,
      batchId,
      facts.filter((_, index) => outcomes[index]!.status === 'parked'),
    );
    const done = rows.map(({ position }, index) => ({ position, ...told(outcomes[index]!) }));
    await tx.query(
      `update queued_line l set status = r.status, transaction_id = r.transaction_id, code = r.code, reason = r.reason, fact = null
       from jsonb_to_recordset($3) as r(position integer, status text, transaction_id uuid, code text, reason text)
       where l.tenant_id = $1 and l.batch_id = $2 and l.position = r.position`,
      [tenantId, batchId, JSON.stringify(done)],
    );
    return rows.length;
  }
}

function told(outcome: PointsOutcome): object {
  if (outcome.status === 'parked') return { status: 'parked' };
  if (outcome.status === 'refused') return { status: 'refused', code: outcome.refusal.definition.code, reason: outcome.refusal.message };
  return { status: outcome.status, transaction_id: outcome.shown.id };
}
