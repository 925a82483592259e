import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CancelDeliveries, cancelDeliveries } from '@tallystick/messaging';
import type { WriteTx } from '@tallystick/platform';
import type { JobHandler } from './job-handler.js';

@Injectable()
export class CancelDeliveriesJob implements JobHandler<{ endpoint_id: string }> {
  readonly job = cancelDeliveries;

  constructor(private readonly operation: CancelDeliveries) {}

  handle(tx: WriteTx<TenantContext>, payload: { endpoint_id: string }): Promise<void> {
    return this.operation.execute(tx, payload.endpoint_id);
  }
}
