import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { readSettlementFiles, ReadSettlementFiles } from '@tallystick/offers';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class ReadSettlementFilesJob implements SteppedJobHandler {
  readonly job = readSettlementFiles;

  constructor(private readonly operation: ReadSettlementFiles) {}

  async handleInSteps(ctx: RequestContext): Promise<void> {
    await this.operation.run(ctx as TenantContext);
  }
}
