import { Injectable } from '@nestjs/common';
import { MoveSandboxClock } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts, platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'move-sandbox-clocks',
  every: 5_000,
  summary: 'Takes clocks of sandboxes on to where they are to go, where the request that asked for it could not wait',
});

@Injectable()
export class MoveSandboxClocks implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly moveClock: MoveSandboxClock,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const waiting = await this.unitOfWork.platform(platformContext(schedule.name), (tx) =>
      tx.query<{ id: string }>(
        'select tenant_id as id from sandbox_clock where leased_by is null or leased_until < clock_timestamp() order by requested_at',
      ),
    );
    for (const { id } of waiting) {
      if (signal.aborted) return;
      const ctx = await this.contexts.of(id, schedule.name);
      if (ctx) await this.moveClock.execute(ctx, signal);
    }
  }
}
