import { Inject, Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CloseWindow, FindWindows, MatchSettlement } from '@tallystick/offers';
import { LOGGER, Metrics, UnitOfWork, type Logger } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'close-windows',
  every: 30_000,
  summary: "Closes windows of conciliation that have ended by their tenant's clock, one after the other",
});

/** A window is one transaction; what ended while no worker ran is closed in its order, each as it would have been in time. */
@Injectable()
export class CloseDueWindows implements ScheduledWork {
  readonly schedule = schedule;
  private readonly blocked: Gauge;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly findWindows: FindWindows,
    private readonly closeWindow: CloseWindow,
    private readonly match: MatchSettlement,
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
      if (await this.closeAll(ctx, signal)) blocked++;
    });
    if (!signal.aborted) this.blocked.set(blocked);
  }

  /** Answers whether a window is in the way of the others. */
  private async closeAll(ctx: TenantContext, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && (await this.unitOfWork.read(ctx, (tx) => this.findWindows.isDue(tx)))) {
      const closing = await this.unitOfWork.run(ctx, async (tx) => {
        const became = await this.closeWindow.execute(tx);
        // What was missing in the ledger may have been told by now.
        if (became?.outcome === 'closed') await this.match.differing(tx);
        return became;
      });
      if (!closing) return false;
      if (closing.outcome === 'blocked') {
        const { windowId, problem } = closing;
        this.logger.error({ tenant: ctx.tenantId, window: windowId, problem }, 'a window of conciliation does not add up');
        return true;
      }
    }
    return false;
  }
}
