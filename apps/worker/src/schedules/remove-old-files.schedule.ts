import { Injectable } from '@nestjs/common';
import { RemoveOldFiles } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Files at most in one transaction. */
const BATCH = 100;

const schedule = defineSchedule({
  name: 'remove-old-files',
  every: 3_600_000,
  summary: 'Removes the results and rejected rows of files 30 days after they were worked off',
});

@Injectable()
export class RemoveOldFilesWork implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly removeOldFiles: RemoveOldFiles,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.removeOldFiles.execute(tx, BATCH))) === BATCH);
    });
  }
}
