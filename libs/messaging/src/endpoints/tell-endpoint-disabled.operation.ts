import { Injectable } from '@nestjs/common';
import { FindTenantAdmins } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { sendMail, type WriteTx } from '@tallystick/platform';
import { FAILING_DAYS } from '../deliveries/endpoint-health.policy.js';
import type { DisabledReason } from './webhook-endpoint.js';

/** Why, as the end of the sentence "we stopped calling it, because". */
const WHY: Readonly<Record<DisabledReason, string>> = {
  gone: 'its receiver answers that it is gone for good (410)',
  failing: `nothing could be delivered for ${FAILING_DAYS} days`,
  request: 'somebody disabled it',
};

/** Mails the admins of a tenant that deliveries to an endpoint have stopped; nothing when it is active again by now (WHK-05). */
@Injectable()
export class TellEndpointDisabled {
  constructor(private readonly admins: FindTenantAdmins) {}

  async execute(tx: WriteTx<TenantContext>, endpointId: string): Promise<void> {
    const [endpoint] = await tx.query<{ url: string; description: string | null; reason: DisabledReason }>(
      `select url, description, disabled_reason as reason from webhook_endpoint where tenant_id = $1 and id = $2 and status = 'disabled'`,
      [tx.ctx.tenantId, endpointId],
    );
    if (!endpoint) return;
    const place = `${new URL(endpoint.url).host}${endpoint.description === null ? '' : ` (${endpoint.description})`}`;
    for (const { email, fullName } of await this.admins.list(tx))
      tx.enqueue(sendMail, {
        to: email,
        template: 'webhook-endpoint-disabled',
        data: { name: fullName, place, why: WHY[endpoint.reason] },
      });
  }
}
