import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { changesOf, NotFound, type WriteTx } from '@tallystick/platform';
import { WebhookEndpointUpdated } from '../messaging.acts.js';
import { checkEventTypes } from './event-selection.policy.js';
import { ENDPOINT_COLUMNS, endpointTarget, toldEndpoint, type EndpointStatus, type WebhookEndpoint } from './webhook-endpoint.js';

/** What may be changed of an endpoint; what is left out stays. */
export interface WebhookEndpointChange {
  /** Checked by `CallableUrls` before. */
  readonly url?: string;
  readonly eventTypes?: readonly string[];
  readonly description?: string | null;
  readonly status?: EndpointStatus;
}

/**
 * Changes an endpoint. One that is made active again, or gets another address, starts anew: what waited for it is tried at once.
 * Throws `not_found`, or `validation_error` for an unknown event.
 */
@Injectable()
export class UpdateWebhookEndpoint {
  async execute(tx: WriteTx<TenantContext>, id: string, change: WebhookEndpointChange): Promise<WebhookEndpoint> {
    if (change.eventTypes) checkEventTypes(change.eventTypes);
    const [known] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for update`,
      [tx.ctx.tenantId, id],
    );
    if (!known) throw NotFound.with();
    const [endpoint] = await tx.query<WebhookEndpoint>(
      `update webhook_endpoint set
         url = coalesce($3, url),
         event_types = coalesce($4::text[], event_types),
         description = case when $5 then $6 else description end,
         status = coalesce($7, status),
         disabled_reason = case when $7 = 'active' then null when $7 = 'disabled' and status = 'active' then 'request' else disabled_reason end,
         failures = case when $8 then 0 else failures end,
         failing_since = case when $8 then null else failing_since end,
         paused_until = case when $8 then null else paused_until end,
         updated_at = now()
       where tenant_id = $1 and id = $2
       returning ${ENDPOINT_COLUMNS}`,
      [
        tx.ctx.tenantId,
        id,
        change.url ?? null,
        change.eventTypes ?? null,
        change.description !== undefined,
        change.description ?? null,
        change.status ?? null,
        change.url !== undefined || change.status === 'active',
      ],
    );
    tx.audit(WebhookEndpointUpdated, { target: endpointTarget(id), ...changesOf(toldEndpoint(known), toldEndpoint(endpoint!)) });
    return endpoint!;
  }
}
