import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { deliveryId } from '../deliveries/delivery-id.policy.js';
import { WebhookEndpointTested } from '../messaging.acts.js';
import { WebhookTested, type WebhookTestedData } from '../messaging.events.js';
import { endpointTarget } from './webhook-endpoint.js';

/**
 * Sends an endpoint, and it alone, a `webhook.test` event, whatever events it chose. Answers the id of the delivery, which is due at once.
 * Throws `not_found`; `invalid_state` when it is not active.
 */
@Injectable()
export class TestWebhookEndpoint {
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<string> {
    const { tenantId, requestId } = tx.ctx;
    const [endpoint] = await tx.query<{ status: string }>(
      `select status from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for share`,
      [tenantId, id],
    );
    if (!endpoint) throw NotFound.with();
    if (endpoint.status !== 'active') throw InvalidState.with({ message: 'The endpoint is disabled: make it active first' });
    const data: WebhookTestedData = { endpoint_id: id, message: 'This is a test. Nothing happened.' };
    // Written as relayed already: the relay would tell it to every endpoint that wants all events.
    const [delivery] = await tx.query<{ id: string }>(
      `with happened as (
         insert into event (tenant_id, id, name, data, request_id, relayed_at) values ($1, $2, $3, $4, $5, now()) returning id, name, recorded_at
       )
       insert into webhook_delivery (tenant_id, id, endpoint_id, event_id, event_name, created_at, next_attempt_at)
       select $1, ${deliveryId('h.id', '$6::uuid')}, $6, h.id, h.name, h.recorded_at, now() from happened h returning id`,
      [tenantId, newId(), WebhookTested.name, data, requestId, id],
    );
    tx.audit(WebhookEndpointTested, { target: endpointTarget(id), after: { delivery_id: delivery!.id } });
    return delivery!.id;
  }
}
