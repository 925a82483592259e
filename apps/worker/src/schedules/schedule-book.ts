import { Injectable } from '@nestjs/common';
import type { JobSchedulerJson } from 'bullmq';
import { WorkerQueues } from '../queues/worker-queues.js';
import { scheduleCatalogue, type ScheduleDefinition } from './schedule.js';

/** A schedule that is this much later than it should be has lost its next turn. */
const GRACE_MS = 120_000;

/** Keeps the queue's schedules as the code declares them. */
@Injectable()
export class ScheduleBook {
  constructor(private readonly queues: WorkerQueues) {}

  /**
   * Enters what is missing, changed or stuck, and strikes out what is declared no more. One that stands as declared is left alone, so that a
   * turn that was missed while no worker ran is still done (OUT-05); a new one has its first turn at once, also after the queue was lost (OUT-06).
   */
  async keep(now = Date.now()): Promise<void> {
    const declared = scheduleCatalogue();
    const entered = new Map((await this.queues.schedules.getJobSchedulers()).map((entry) => [entry.key, entry]));
    for (const schedule of declared) {
      const entry = entered.get(schedule.name);
      if (!entry || !stands(schedule, entry, now)) await this.enter(schedule, entry === undefined);
    }
    for (const name of entered.keys()) {
      if (!declared.some((schedule) => schedule.name === name)) await this.queues.schedules.removeJobScheduler(name);
    }
  }

  private async enter({ name, every, cron, timezone }: ScheduleDefinition, isNew: boolean): Promise<void> {
    const turn = every ? { every } : { pattern: cron as string, tz: timezone ?? 'UTC', ...(isNew && { immediately: true }) };
    await this.queues.schedules.upsertJobScheduler(name, turn, {
      name,
      data: {},
      opts: { removeOnComplete: true, removeOnFail: { count: 100 } },
    });
  }
}

function stands({ every, cron, timezone }: ScheduleDefinition, entry: JobSchedulerJson, now: number): boolean {
  const same = every ? Number(entry.every) === every : entry.pattern === cron && entry.tz === (timezone ?? 'UTC');
  return same && entry.next !== undefined && entry.next > now - 2 * (every ?? 0) - GRACE_MS;
}
