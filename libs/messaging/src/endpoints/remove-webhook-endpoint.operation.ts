import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { WebhookEndpointRemoved } from '../messaging.acts.js';
import { cancelDeliveries } from '../messaging.jobs.js';
import { ENDPOINT_COLUMNS, endpointTarget, toldEndpoint, type WebhookEndpoint } from './webhook-endpoint.js';

/** Removes an endpoint and its secret; the record of what was delivered to it stays. Throws `not_found`. */
@Injectable()
export class RemoveWebhookEndpoint {
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const [known] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for update`,
      [tx.ctx.tenantId, id],
    );
    if (!known) throw NotFound.with();
    await tx.query(
      `update webhook_endpoint set status = 'removed', disabled_reason = null, secret = '', previous_secret = null, previous_secret_expires_at = null,
         updated_at = now()
       where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id],
    );
    tx.audit(WebhookEndpointRemoved, { target: endpointTarget(id), before: toldEndpoint(known) });
    tx.enqueue(cancelDeliveries, { endpoint_id: id });
  }
}
