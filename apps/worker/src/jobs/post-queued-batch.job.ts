import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { postQueuedBatch, PostQueuedLines } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

/** Some hundred lines in one transaction; a run that was broken off goes on where it was. */
@Injectable()
export class PostQueuedBatchJob implements SteppedJobHandler<{ batch_id: string }> {
  readonly job = postQueuedBatch;

  constructor(private readonly postQueuedLines: PostQueuedLines) {}

  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, { batch_id }: { batch_id: string }): Promise<void> {
    while ((await unitOfWork.run(ctx as TenantContext, (tx) => this.postQueuedLines.execute(tx, batch_id))) > 0);
  }
}
