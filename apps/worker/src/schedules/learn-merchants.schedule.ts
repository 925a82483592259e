import { Injectable } from '@nestjs/common';
import { LearnMerchants } from '@tallystick/offers';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Merchants at most in one transaction: their rows are locked in it. */
const BATCH = 500;

const schedule = defineSchedule({
  name: 'learn-merchants',
  every: 120_000,
  summary: 'Counts how popular merchants are, and learns where their customers buy besides',
});

/** What was learnt stands with its generation, and what popularity is written is what differs: cut off or done twice, it comes to the same. */
@Injectable()
export class LearnFromPurchases implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly learn: LearnMerchants,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      await this.unitOfWork.run(ctx, (tx) => this.learn.execute(tx));
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.learn.keepPopularity(tx, BATCH))) === BATCH);
    });
  }
}
