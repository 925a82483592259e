import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { replayWebhooks, ReplayWebhooks } from '@tallystick/messaging';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class ReplayWebhooksJob implements SteppedJobHandler<{ replay_id: string }> {
  readonly job = replayWebhooks;

  constructor(private readonly operation: ReplayWebhooks) {}

  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, { replay_id }: { replay_id: string }): Promise<void> {
    while (await unitOfWork.run(ctx as TenantContext, (tx) => this.operation.step(tx, replay_id)));
  }
}
