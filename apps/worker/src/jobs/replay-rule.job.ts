import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { replayRule, ReplayRule } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class ReplayRuleJob implements SteppedJobHandler<{ replay_id: string }> {
  readonly job = replayRule;

  constructor(private readonly operation: ReplayRule) {}

  async handleInSteps(ctx: RequestContext, _unitOfWork: UnitOfWork, { replay_id }: { replay_id: string }): Promise<void> {
    await this.operation.run(ctx as TenantContext, replay_id);
  }
}
