import { Injectable } from '@nestjs/common';
import { MemberErasures } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Members at most in one transaction. */
const BATCH = 50;

const schedule = defineSchedule({
  name: 'erase-members',
  every: 3_600_000,
  summary: 'Erases members whose thirty days are over; what is blocked waits another day',
});

/** By the tenant's own clock. */
@Injectable()
export class EraseDueMembers implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly erasures: MemberErasures,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.erasures.carryOutDue(tx, BATCH))) === BATCH);
    });
  }
}
