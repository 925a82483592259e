import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Keyring, type WriteTx } from '@tallystick/platform';
import { WebhookEndpointCreated, WebhookEndpointUpdated } from '../messaging.acts.js';
import { checkEventTypes } from './event-selection.policy.js';
import {
  ENDPOINT_COLUMNS,
  endpointTarget,
  lockEndpoints,
  toldEndpoint,
  type EndpointKind,
  type WebhookEndpoint,
} from './webhook-endpoint.js';
import { newWebhookSecret, secretAad } from './webhook-secret.policy.js';

/** Where a tenant wants to be told of one thing, in the words of another room. */
export interface Callback {
  /** What the room keeps it for, as `reworth.redemptions`: a tenant has one callback for each. */
  readonly purpose: string;
  readonly kind: EndpointKind;
  /** Checked by `CallableUrls` before. */
  readonly url: string;
  readonly eventType: string;
}

/** A callback as it is kept now; `secret` once, when it was made. */
export type SavedCallback = WebhookEndpoint & { readonly secret: string | null };

/**
 * Makes the endpoint of a purpose, or points the one there is elsewhere, under the secret it has. Saying the same again changes nothing;
 * one that was disabled is active again. Throws `validation_error` for an unknown event.
 */
@Injectable()
export class SaveCallback {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, callback: Callback): Promise<SavedCallback> {
    checkEventTypes([callback.eventType]);
    await lockEndpoints(tx);
    const [known] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and purpose = $2 and status <> 'removed' for update`,
      [tx.ctx.tenantId, callback.purpose],
    );
    if (!known) return this.make(tx, callback);
    const { kind, url, eventType } = callback;
    const same = known.status === 'active' && known.kind === kind && known.url === url && known.eventTypes.join() === eventType;
    return same ? { ...known, secret: null } : this.change(tx, known, callback);
  }

  private async make(tx: WriteTx<TenantContext>, { purpose, kind, url, eventType }: Callback): Promise<SavedCallback> {
    const { tenantId } = tx.ctx;
    const [id, secret] = [newId(), newWebhookSecret()];
    const [made] = await tx.query<WebhookEndpoint>(
      `insert into webhook_endpoint (tenant_id, id, kind, purpose, url, event_types, secret)
       values ($1, $2, $3, $4, $5, array[$6], $7) returning ${ENDPOINT_COLUMNS}`,
      [tenantId, id, kind, purpose, url, eventType, this.keyring.encrypt(secret, secretAad(tenantId, id))],
    );
    tx.audit(WebhookEndpointCreated, { target: endpointTarget(id), after: toldEndpoint(made!) });
    return { ...made!, secret };
  }

  private async change(tx: WriteTx<TenantContext>, known: WebhookEndpoint, { kind, url, eventType }: Callback): Promise<SavedCallback> {
    const [changed] = await tx.query<WebhookEndpoint>(
      `update webhook_endpoint set kind = $3, url = $4, event_types = array[$5], status = 'active', disabled_reason = null,
         failures = 0, failing_since = null, paused_until = null, updated_at = now()
       where tenant_id = $1 and id = $2 returning ${ENDPOINT_COLUMNS}`,
      [tx.ctx.tenantId, known.id, kind, url, eventType],
    );
    tx.audit(WebhookEndpointUpdated, { target: endpointTarget(known.id), ...changesOf(toldEndpoint(known), toldEndpoint(changed!)) });
    return { ...changed!, secret: null };
  }
}
