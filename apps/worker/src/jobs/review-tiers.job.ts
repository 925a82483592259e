import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { EvaluateTiers, reviewTiers } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

/** Members at most in one transaction: their wallets are locked in it. */
const BATCH = 200;

/** Each member who is looked at again from the beginning is found where they stand. */
@Injectable()
export class ReviewTiersJob implements SteppedJobHandler<{ program_id: string }> {
  readonly job = reviewTiers;

  constructor(private readonly evaluateTiers: EvaluateTiers) {}

  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, { program_id }: { program_id: string }): Promise<void> {
    for (let last: string | null = null, more = true; more;) {
      const after: string | null = last;
      const reviewed: string[] = await unitOfWork.run(ctx as TenantContext, (tx) =>
        this.evaluateTiers.executeAll(tx, program_id, after, BATCH),
      );
      last = reviewed.at(-1) ?? null;
      more = reviewed.length === BATCH;
    }
  }
}
