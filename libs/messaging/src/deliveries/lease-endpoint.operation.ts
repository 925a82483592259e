import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import type { EndpointKind } from '../endpoints/webhook-endpoint.js';
import { secretAad } from '../endpoints/webhook-secret.policy.js';
import { isDown } from './endpoint-health.policy.js';

/** How long nobody else delivers to an endpoint unless the lease is renewed, in seconds: more than a call may take. */
export const LEASE_SECONDS = 30;

/** An endpoint that this worker alone delivers to. */
export interface LeasedEndpoint {
  readonly id: string;
  readonly lease: string;
  readonly kind: EndpointKind;
  readonly url: string;
  /** The present one first, then the one before while it still signs. */
  readonly secrets: readonly string[];
  /** It failed lately: one try at a time, until one succeeds. */
  readonly probing: boolean;
}

/**
 * Takes the lease of an endpoint: undefined when it is not active, rests after failures, or another worker has it. A worker that dies
 * takes nothing along: its lease runs out and what it had not recorded is delivered again.
 */
@Injectable()
export class LeaseEndpoint {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, id: string): Promise<LeasedEndpoint | undefined> {
    const { tenantId } = tx.ctx;
    const lease = newId();
    const [endpoint] = await tx.query<{ kind: EndpointKind; url: string; sealed: string[]; failures: number }>(
      `update webhook_endpoint set lease = $3, leased_until = now() + $4 * interval '1 second'
       where tenant_id = $1 and id = $2 and status = 'active' and coalesce(leased_until <= now(), true) and coalesce(paused_until <= now(), true)
       returning kind, url, failures,
         array_remove(array[secret, case when previous_secret_expires_at > now() then previous_secret end], null) as sealed`,
      [tenantId, id, lease, LEASE_SECONDS],
    );
    if (!endpoint) return undefined;
    const { kind, url, sealed, failures } = endpoint;
    const secrets = sealed.map((secret) => this.keyring.decrypt(secret, secretAad(tenantId, id)).toString('utf8'));
    return { id, lease, kind, url, secrets, probing: isDown(failures) };
  }
}
