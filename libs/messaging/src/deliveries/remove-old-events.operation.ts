import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { idsUntil } from './event-time.policy.js';

/** Rows at most in one step. */
const BATCH = 5_000;

/** Removes the oldest events that were recorded before a moment, with their deliveries and tries, and replays of then. Answers how many rows went. */
@Injectable()
export class RemoveOldEvents {
  async execute(tx: WriteTx<TenantContext>, before: Date): Promise<number> {
    const values = [tx.ctx.tenantId, idsUntil(before), before, BATCH];
    const deliveries = await tx.query(
      `delete from webhook_delivery where tenant_id = $1 and id in
         (select id from webhook_delivery where tenant_id = $1 and id < $2 and created_at < $3 order by id limit $4) returning id`,
      values,
    );
    if (deliveries.length === BATCH) return BATCH;
    const events = await tx.query(
      `delete from event where tenant_id = $1 and id in
         (select id from event where tenant_id = $1 and id < $2 and recorded_at < $3 and relayed_at is not null order by id limit $4) returning id`,
      values,
    );
    const replays = await tx.query(
      `delete from webhook_replay where tenant_id = $1 and id in
         (select id from webhook_replay where tenant_id = $1 and id < $2 and created_at < $3 and completed_at is not null limit $4) returning id`,
      values,
    );
    return deliveries.length + events.length + replays.length;
  }
}
