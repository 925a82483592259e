import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { secretAad } from '../endpoints/webhook-secret.policy.js';
import { isDown } from './endpoint-health.policy.js';

/** How long nobody else delivers to an endpoint unless the lease is renewed, in seconds: more than a call may take. */
export const LEASE_SECONDS = 30;

/** An endpoint that this worker alone delivers to. */
export interface LeasedEndpoint {
  readonly id: string;
  readonly lease: string;
  readonly url: string;
  readonly secret: string;
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
    const [endpoint] = await tx.query<{ url: string; secret: string; failures: number }>(
      `update webhook_endpoint set lease = $3, leased_until = now() + $4 * interval '1 second'
       where tenant_id = $1 and id = $2 and status = 'active' and coalesce(leased_until <= now(), true) and coalesce(paused_until <= now(), true)
       returning url, secret, failures`,
      [tenantId, id, lease, LEASE_SECONDS],
    );
    if (!endpoint) return undefined;
    const secret = this.keyring.decrypt(endpoint.secret, secretAad(tenantId, id)).toString('utf8');
    return { id, lease, url: endpoint.url, secret, probing: isDown(endpoint.failures) };
  }
}
