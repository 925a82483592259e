import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { cancelDeliveries } from '../messaging.jobs.js';

/** Removes an endpoint and its secret; the record of what was delivered to it stays. Throws `not_found`. */
@Injectable()
export class RemoveWebhookEndpoint {
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const removed = await tx.query(
      `update webhook_endpoint set status = 'removed', disabled_reason = null, secret = '', updated_at = now()
       where tenant_id = $1 and id = $2 and status <> 'removed' returning id`,
      [tx.ctx.tenantId, id],
    );
    if (removed.length === 0) throw NotFound.with();
    tx.enqueue(cancelDeliveries, { endpoint_id: id });
  }
}
