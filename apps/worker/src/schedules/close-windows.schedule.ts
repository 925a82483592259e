import { Inject, Injectable } from '@nestjs/common';
import { CloseWindows } from '@tallystick/offers';
import { LOGGER, Metrics, type Logger } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'close-windows',
  every: 30_000,
  summary: "Closes windows of conciliation that have ended by their tenant's clock, one after the other",
});

/** What ended while no worker ran is closed in its order. A window that does not add up is tried again the next time. */
@Injectable()
export class CloseDueWindows implements ScheduledWork {
  readonly schedule = schedule;
  private readonly blocked: Gauge;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly closeWindows: CloseWindows,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.blocked = new Gauge({
      name: 'conciliation_windows_blocked',
      help: 'Tenants with a window that does not close because its sums differ; must be 0',
      registers: [metrics.registry],
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    let blocked = 0;
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      const inTheWay = await this.closeWindows.run(ctx, signal);
      if (!inTheWay) return;
      blocked++;
      const { windowId: window, problem } = inTheWay;
      this.logger.error({ tenant: ctx.tenantId, window, problem }, 'a window of conciliation does not add up');
    });
    if (!signal.aborted) this.blocked.set(blocked);
  }
}
