import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { tellEndpointDisabled, TellEndpointDisabled } from '@tallystick/messaging';
import type { WriteTx } from '@tallystick/platform';
import type { JobHandler } from './job-handler.js';

@Injectable()
export class TellEndpointDisabledJob implements JobHandler<{ endpoint_id: string }> {
  readonly job = tellEndpointDisabled;

  constructor(private readonly operation: TellEndpointDisabled) {}

  handle(tx: WriteTx<TenantContext>, payload: { endpoint_id: string }): Promise<void> {
    return this.operation.execute(tx, payload.endpoint_id);
  }
}
