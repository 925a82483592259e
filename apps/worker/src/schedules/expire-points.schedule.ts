import { Injectable } from '@nestjs/common';
import { RunDays } from '@tallystick/loyalty';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'expire-points',
  every: 30_000,
  summary:
    "Does the work of tenants' days: ends holds, pays debts out of what became available, moves points past their last day to breakage",
});

/** What is due is read from what is recorded, by the tenant's own clock: late, twice or after a crash comes to the same (C1.7, C11.6). */
@Injectable()
export class ExpireDuePoints implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly runDays: RunDays,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, (ctx) => this.runDays.execute(ctx, signal));
  }
}
