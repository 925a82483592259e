import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { pollFileDrop } from './files.jobs.js';

const DROPS_AT_ONCE = 200;

/** A drop that is to be looked into. */
export interface DueDrop {
  readonly tenantId: string;
  readonly id: string;
}

/** Which drops are due, across tenants. */
@Injectable()
export class DueFileDrops {
  find(tx: ReadTx<RequestContext>): Promise<DueDrop[]> {
    return tx.query<DueDrop>(
      `select tenant_id as "tenantId", id from file_drop where enabled and removed_at is null and next_poll_at <= now() order by next_poll_at limit $1`,
      [DROPS_AT_ONCE],
    );
  }

  /** Asks for a poll, once for each time it is due. */
  async ask(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const due = await tx.query(
      `update file_drop set next_poll_at = now() + poll_seconds * interval '1 second'
       where tenant_id = $1 and id = $2 and enabled and removed_at is null and next_poll_at <= now() returning 1`,
      [tx.ctx.tenantId, id],
    );
    if (due.length > 0) tx.enqueue(pollFileDrop, { drop_id: id });
  }
}
