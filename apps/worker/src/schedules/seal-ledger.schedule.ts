import { Injectable } from '@nestjs/common';
import { FindSeals, SealEntries } from '@tallystick/ledger';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts, platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({ name: 'seal-ledger', every: 15_000, summary: 'Seals what tenants have posted since their last seal' });

@Injectable()
export class SealLedgers implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly findSeals: FindSeals,
    private readonly sealEntries: SealEntries,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const behind = new Set(await this.unitOfWork.platform(platformContext(schedule.name), (tx) => this.findSeals.tenantsBehind(tx)));
    if (behind.size === 0) return;
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      if (!behind.has(ctx.tenantId)) return;
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.sealEntries.execute(tx))));
    });
  }
}
