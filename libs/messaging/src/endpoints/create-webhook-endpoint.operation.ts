import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { WebhookEndpointCreated } from '../messaging.acts.js';
import { TooManyWebhookEndpoints } from '../messaging.errors.js';
import { checkEventTypes } from './event-selection.policy.js';
import { ENDPOINT_COLUMNS, endpointTarget, lockEndpoints, toldEndpoint, type WebhookEndpoint } from './webhook-endpoint.js';
import { newWebhookSecret, secretAad } from './webhook-secret.policy.js';

/** Beside those that other rooms keep. */
const MOST_ENDPOINTS = 50;

/** What a tenant says of a new endpoint. */
export interface NewWebhookEndpoint {
  /** Checked by `CallableUrls` before. */
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly description?: string;
}

/**
 * Registers an endpoint with a signing secret of its own, which is answered this once and kept sealed.
 * Throws `validation_error` for an unknown event, `webhook_endpoints_exhausted` beyond 50 endpoints.
 */
@Injectable()
export class CreateWebhookEndpoint {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, given: NewWebhookEndpoint): Promise<WebhookEndpoint & { readonly secret: string }> {
    checkEventTypes(given.eventTypes);
    const { tenantId } = tx.ctx;
    await lockEndpoints(tx);
    const [id, secret] = [newId(), newWebhookSecret()];
    const [endpoint] = await tx.query<WebhookEndpoint>(
      `insert into webhook_endpoint (tenant_id, id, url, event_types, description, secret)
       select $1, $2, $3, $4::text[], $5, $6
       where (select count(*) from webhook_endpoint where tenant_id = $1 and status <> 'removed' and purpose is null) < $7
       returning ${ENDPOINT_COLUMNS}`,
      [tenantId, id, given.url, given.eventTypes, given.description, this.keyring.encrypt(secret, secretAad(tenantId, id)), MOST_ENDPOINTS],
    );
    if (!endpoint) throw TooManyWebhookEndpoints.with();
    tx.audit(WebhookEndpointCreated, { target: endpointTarget(id), after: toldEndpoint(endpoint) });
    return { ...endpoint, secret };
  }
}
