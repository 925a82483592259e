import { Injectable } from '@nestjs/common';
import { RefreshSegment } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Changes at most in one transaction. */
const BATCH = 5_000;

const schedule = defineSchedule({
  name: 'refresh-segments',
  every: 180_000,
  summary: 'Computes who belongs to segments, and lets in and out who has changed',
});

@Injectable()
export class RefreshSegments implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly refresh: RefreshSegment,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      const ids = await this.unitOfWork.read(ctx, (tx) => this.refresh.ids(tx));
      for (const id of ids)
        while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.refresh.execute(tx, id, BATCH))) === BATCH);
    });
  }
}
