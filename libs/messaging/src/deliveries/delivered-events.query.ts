import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { deliveryId } from './delivery-id.policy.js';

/** Which events reached the tenant, for work that goes on once they have. */
@Injectable()
export class DeliveredEvents {
  /** Those of these events that an endpoint kept for `purpose` has taken with success. */
  async through(tx: ReadTx<TenantContext>, purpose: string, eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `select distinct e.id from unnest($2::uuid[]) as e(id)
       join webhook_endpoint p on p.tenant_id = $1 and p.purpose = $3
       join webhook_delivery d on d.tenant_id = $1 and d.id = ${deliveryId('e.id', 'p.id')} and d.status = 'delivered'`,
      [tx.ctx.tenantId, eventIds, purpose],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
