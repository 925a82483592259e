import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { RefreshSegment, refreshSegment } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

/** Changes at most in one transaction. */
const BATCH = 5_000;

@Injectable()
export class RefreshSegmentJob implements SteppedJobHandler<{ segment_id: string }> {
  readonly job = refreshSegment;

  constructor(private readonly operation: RefreshSegment) {}

  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, { segment_id }: { segment_id: string }): Promise<void> {
    while ((await unitOfWork.run(ctx as TenantContext, (tx) => this.operation.execute(tx, segment_id, BATCH))) === BATCH);
  }
}
