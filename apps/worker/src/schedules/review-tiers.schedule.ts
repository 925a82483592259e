import { Injectable } from '@nestjs/common';
import { EvaluateTiers } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Members at most in one transaction: their wallets are locked in it. */
const BATCH = 200;

const schedule = defineSchedule({
  name: 'review-tiers',
  every: 30_000,
  summary: 'Looks at the tiers of members for whom the day brings something: a period, validity, grace or a tier given by hand that ends',
});

/** Who is due stands with each member: late, twice or after a crash comes to the same. */
@Injectable()
export class ReviewDueTiers implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly evaluateTiers: EvaluateTiers,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.evaluateTiers.executeDue(tx, BATCH))) > 0);
    });
  }
}
