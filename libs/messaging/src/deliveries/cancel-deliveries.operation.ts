import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Ends what was still to be delivered to an endpoint. */
@Injectable()
export class CancelDeliveries {
  async execute(tx: WriteTx<TenantContext>, endpointId: string): Promise<void> {
    await tx.query(
      `update webhook_delivery set status = 'canceled', next_attempt_at = null
       where tenant_id = $1 and endpoint_id = $2 and next_attempt_at is not null`,
      [tx.ctx.tenantId, endpointId],
    );
  }
}
