import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { processFiles, ProcessFiles } from '@tallystick/loyalty';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class ProcessFilesJob implements SteppedJobHandler {
  readonly job = processFiles;

  constructor(private readonly operation: ProcessFiles) {}

  async handleInSteps(ctx: RequestContext): Promise<void> {
    await this.operation.run(ctx as TenantContext);
  }
}
