import { Injectable } from '@nestjs/common';
import { DueFileDrops } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { platformContext, WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'poll-file-drops',
  every: 5_000,
  summary: 'Asks for a look into the SFTP drops whose time has come',
});

/** A slow server holds up nobody: each poll is a job of its own. */
@Injectable()
export class PollFileDrops implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: WorkContexts,
    private readonly dueDrops: DueFileDrops,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    for (const { tenantId, id } of await this.unitOfWork.platform(platformContext(schedule.name), (tx) => this.dueDrops.find(tx))) {
      const ctx = await this.contexts.of(tenantId, schedule.name);
      if (signal.aborted) return;
      if (ctx) await this.unitOfWork.run(ctx, (tx) => this.dueDrops.ask(tx, id));
    }
  }
}
