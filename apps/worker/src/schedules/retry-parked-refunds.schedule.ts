import { Injectable } from '@nestjs/common';
import { RetryParkedRefunds } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Refunds at most in one transaction. */
const BATCH = 500;

const schedule = defineSchedule({
  name: 'retry-parked-refunds',
  every: 60_000,
  summary: 'Posts refunds whose purchase came without meeting them, and gives up those that have waited for 90 days',
});

@Injectable()
export class RetryWaitingRefunds implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly retryParkedRefunds: RetryParkedRefunds,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.retryParkedRefunds.execute(tx, BATCH))) === BATCH);
    });
  }
}
