import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { WebhookDeliveryReplayed } from '../messaging.acts.js';

interface Row {
  readonly eventId: string;
  readonly status: string;
  readonly endpoint: string;
}

/**
 * Makes a delivery due once more, whatever came of it, under the same `webhook-id` and with the whole schedule before it.
 * Throws `not_found`; `invalid_state` when its endpoint is not active.
 */
@Injectable()
export class ReplayDelivery {
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const [known] = await tx.query<Row>(
      `select d.event_id as "eventId", d.status, p.status as endpoint
       from webhook_delivery d join webhook_endpoint p on p.tenant_id = $1 and p.id = d.endpoint_id
       where d.tenant_id = $1 and d.id = $2 for update of d`,
      [tx.ctx.tenantId, id],
    );
    if (!known) throw NotFound.with();
    if (known.endpoint !== 'active') throw InvalidState.with({ message: `The endpoint of this delivery is ${known.endpoint}` });
    await tx.query(
      `update webhook_delivery set status = 'pending', next_attempt_at = now(), delivered_at = null, attempts_before = attempts
       where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id],
    );
    tx.audit(WebhookDeliveryReplayed, {
      target: { type: 'webhook_delivery', id },
      before: { status: known.status },
      after: { status: 'pending', event_id: known.eventId },
    });
  }
}
