import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, Keyring, NotFound, type WriteTx } from '@tallystick/platform';
import { WebhookSecretRotated } from '../messaging.acts.js';
import { ENDPOINT_COLUMNS, endpointTarget, type WebhookEndpoint } from './webhook-endpoint.js';
import { newWebhookSecret, secretAad } from './webhook-secret.policy.js';

/**
 * Gives an endpoint a new secret, which is answered this once. For `overlapSeconds` both sign every try, so that a receiver can be changed
 * over without missing one; 0 ends the present secret at once. Throws `not_found`; `invalid_state` for an overlap while the last one lasts:
 * a third secret would cut off a receiver that still knows only the first.
 */
@Injectable()
export class RotateWebhookSecret {
  constructor(private readonly keyring: Keyring) {}

  async execute(
    tx: WriteTx<TenantContext>,
    { id, overlapSeconds }: { id: string; overlapSeconds: number },
  ): Promise<WebhookEndpoint & { readonly secret: string }> {
    const { tenantId } = tx.ctx;
    const [known] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for update`,
      [tenantId, id],
    );
    if (!known) throw NotFound.with();
    if (known.previousSecretExpiresAt !== null && overlapSeconds > 0)
      throw InvalidState.with({ message: 'The secret before this one still signs: remove it first, or ask for no overlap' });
    const secret = newWebhookSecret();
    // What binds a sealed secret to its row is the same for both, so the present one moves as it is.
    const [endpoint] = await tx.query<WebhookEndpoint>(
      `update webhook_endpoint set previous_secret = case when $3 > 0 then secret end,
         previous_secret_expires_at = case when $3 > 0 then now() + make_interval(secs => $3) end, secret = $4, updated_at = now()
       where tenant_id = $1 and id = $2 returning ${ENDPOINT_COLUMNS}`,
      [tenantId, id, overlapSeconds, this.keyring.encrypt(secret, secretAad(tenantId, id))],
    );
    tx.audit(WebhookSecretRotated, { target: endpointTarget(id), after: { overlap_seconds: overlapSeconds } });
    return { ...endpoint!, secret };
  }
}
