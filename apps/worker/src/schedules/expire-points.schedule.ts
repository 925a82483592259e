import { Injectable } from '@nestjs/common';
import { ExpirePoints } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Wallets or holds at most in one transaction. */
const BATCH = 500;

const schedule = defineSchedule({
  name: 'expire-points',
  every: 30_000,
  summary: 'Ends holds past their time, and moves points past their last day to breakage',
});

/** What is due is read from holds and lots, by the tenant's own clock: late, twice or after a crash comes to the same (C11.6). */
@Injectable()
export class ExpireDuePoints implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly expirePoints: ExpirePoints,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.expirePoints.releaseHolds(tx, BATCH))) === BATCH);
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.expirePoints.expireLots(tx, BATCH))) === BATCH);
    });
  }
}
