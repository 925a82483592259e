import { Inject, Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NOTHING_VERIFIED, VerifyWindows, type VerificationSoFar } from '@tallystick/offers';
import { LOGGER, Metrics, UnitOfWork, type Logger } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'verify-windows',
  cron: '10 2 * * *',
  summary: 'Checks that every closed window is what was closed, and writes the last hash of each chain into the log',
});

/** Logs are kept elsewhere: whoever writes a whole chain anew does not reach what is told of it here. */
@Injectable()
export class VerifyClosedWindows implements ScheduledWork {
  readonly schedule = schedule;
  private readonly altered: Gauge;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly verify: VerifyWindows,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.altered = new Gauge({
      name: 'conciliation_chains_altered',
      help: 'Tenants whose closed windows are not what was closed; must be 0',
      registers: [metrics.registry],
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    let altered = 0;
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      const { windows, hash, problem, finished } = await this.check(ctx, signal);
      if (problem) {
        altered++;
        this.logger.error({ tenant: ctx.tenantId, windows, problem }, 'closed windows of conciliation were altered');
      } else if (finished && windows > 0)
        this.logger.info({ tenant: ctx.tenantId, windows, hash }, 'closed windows are as they were closed');
    });
    if (!signal.aborted) this.altered.set(altered);
  }

  /** A window in a transaction: years of them would keep the database from clearing up behind others for long. */
  private async check(ctx: TenantContext, signal: AbortSignal): Promise<VerificationSoFar> {
    let sofar = NOTHING_VERIFIED;
    while (!sofar.finished && !signal.aborted) {
      const before = sofar;
      sofar = await this.unitOfWork.read(ctx, (tx) => this.verify.next(tx, before));
    }
    return sofar;
  }
}
