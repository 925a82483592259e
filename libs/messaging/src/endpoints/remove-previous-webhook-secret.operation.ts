import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { PreviousWebhookSecretRemoved } from '../messaging.acts.js';
import { ENDPOINT_COLUMNS, endpointTarget, type WebhookEndpoint } from './webhook-endpoint.js';

/** Ends the secret before the present one ahead of its time. Throws `not_found`; `invalid_state` when only one secret signs. */
@Injectable()
export class RemovePreviousWebhookSecret {
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<WebhookEndpoint> {
    const [known] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for update`,
      [tx.ctx.tenantId, id],
    );
    if (!known) throw NotFound.with();
    if (known.previousSecretExpiresAt === null) throw InvalidState.with({ message: 'Only the present secret signs' });
    const [endpoint] = await tx.query<WebhookEndpoint>(
      `update webhook_endpoint set previous_secret = null, previous_secret_expires_at = null, updated_at = now()
       where tenant_id = $1 and id = $2 returning ${ENDPOINT_COLUMNS}`,
      [tx.ctx.tenantId, id],
    );
    tx.audit(PreviousWebhookSecretRemoved, { target: endpointTarget(id) });
    return endpoint!;
  }
}
