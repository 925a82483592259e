import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { forgetErased, ForgetErased, type ForgetOrder } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class ForgetErasedJob implements SteppedJobHandler<ForgetOrder> {
  readonly job = forgetErased;

  constructor(private readonly operation: ForgetErased) {}

  async handleInSteps(ctx: RequestContext, _unitOfWork: UnitOfWork, order: ForgetOrder): Promise<void> {
    await this.operation.run(ctx as TenantContext, order);
  }
}
