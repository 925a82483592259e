import { Injectable } from '@nestjs/common';
import { Sessions, SignInFailures } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Rows at most in one transaction. */
const BATCH = 2_000;

const schedule = defineSchedule({
  name: 'remove-ended-sessions',
  every: 3_600_000,
  summary: 'Removes sessions a month after their end, and failed sign-ins that count no more',
});

@Injectable()
export class RemoveEndedSessions implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: Sessions,
    private readonly failures: SignInFailures,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const ctx = platformContext(schedule.name);
    while (!signal.aborted && (await this.unitOfWork.platform(ctx, (tx) => this.sessions.removeEnded(tx, BATCH))) > 0);
    while (!signal.aborted && (await this.unitOfWork.platform(ctx, (tx) => this.failures.removeOld(tx, BATCH))) > 0);
  }
}
