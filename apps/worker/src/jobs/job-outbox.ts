import { Injectable } from '@nestjs/common';
import { jobOwner, type WriteTx } from '@tallystick/platform';

const LONGEST_FAILURE = 1_000;

/** The row of a job, which is there until the job is done. */
@Injectable()
export class JobOutbox {
  /** Takes a job off, and answers what it is about; undefined when it was done before. Undone with the transaction. */
  async take(tx: WriteTx, id: string): Promise<object | undefined> {
    const [row] = await tx.query<{ payload: object }>('delete from job_outbox where tenant_id = $1 and id = $2 returning payload', [
      jobOwner(tx.ctx),
      id,
    ]);
    return row?.payload;
  }

  /** Says that a job has begun, and answers what it is about; undefined when it was done before. */
  async begin(tx: WriteTx, id: string): Promise<object | undefined> {
    const [row] = await tx.query<{ payload: object }>(
      'update job_outbox set started_at = now() where tenant_id = $1 and id = $2 returning payload',
      [jobOwner(tx.ctx), id],
    );
    return row?.payload;
  }

  /** Puts a job back into the outbox, for when its tenant may act again. */
  async putBack(tx: WriteTx, tenantId: string, id: string): Promise<void> {
    await tx.query('update job_outbox set relayed_at = null, started_at = null where tenant_id = $1 and id = $2', [tenantId, id]);
  }

  /** Counts a try that failed. Answers whether it was the last: the job is then parked with its reason until somebody retries it (OUT-03). */
  async fail(tx: WriteTx, id: string, attempts: number, failure: string): Promise<boolean> {
    const [row] = await tx.query<{ parked: boolean }>(
      `update job_outbox set attempts = attempts + 1, started_at = null, failure = $4,
         failed_at = case when attempts + 1 >= $3 then now() end
       where tenant_id = $1 and id = $2 returning failed_at is not null as parked`,
      [jobOwner(tx.ctx), id, attempts, failure.slice(0, LONGEST_FAILURE)],
    );
    return row?.parked ?? false;
  }
}
