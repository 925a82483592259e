import { Inject, Injectable } from '@nestjs/common';
import { Reconcile } from '@tallystick/ledger';
import { LOGGER, Metrics, UnitOfWork, type Logger } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'reconcile-ledger',
  every: 300_000,
  summary: 'Adds up the books of every tenant and reports what differs',
});

/** Differences are counted over all tenants: the log names the tenant, a label would grow with them (OBS-04). */
@Injectable()
export class ReconcileLedgers implements ScheduledWork {
  readonly schedule = schedule;
  private readonly differences: Gauge;
  private readonly checkedAt: Gauge;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly reconcile: Reconcile,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const registers = [metrics.registry];
    this.differences = new Gauge({ name: 'ledger_differences', help: 'Differences that reconciliation found; must be 0', registers });
    this.checkedAt = new Gauge({ name: 'ledger_reconciled_timestamp_seconds', help: 'When reconciliation last ran to its end', registers });
  }

  async run(signal: AbortSignal): Promise<void> {
    let found = 0;
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      const { balanced, differences } = await this.unitOfWork.read(ctx, (tx) => this.reconcile.execute(tx));
      found += differences.length;
      if (!balanced) this.logger.error({ tenant: ctx.tenantId, differences: differences.slice(0, 10) }, 'the books do not balance');
    });
    this.differences.set(found);
    if (!signal.aborted) this.checkedAt.setToCurrentTime();
  }
}
