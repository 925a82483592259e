import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { DeliveredEvents } from '@tallystick/messaging';
import { DisperseWindow, FindWindows } from '@tallystick/offers';
import { UnitOfWork, type ReadTx } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Windows looked at in one round. */
const BATCH = 100;
/** For what the REWORTH system keeps the callback that takes dispersions. */
const CALLBACK = 'reworth.redemptions';

const schedule = defineSchedule({
  name: 'confirm-dispersions',
  every: 20_000,
  summary: 'Takes a dispersion callback that was delivered whole for the word that the cashback of its window was handed on',
});

/** An endpoint of Standard Webhooks hears of dispersions and confirms nothing: whoever listens there says so by the API. */
@Injectable()
export class ConfirmDispersions implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly findWindows: FindWindows,
    private readonly delivered: DeliveredEvents,
    private readonly disperse: DisperseWindow,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      for (let after = 0; !signal.aborted;) {
        const { arrived, last } = await this.unitOfWork.read(ctx, (tx) => this.arrived(tx, after));
        for (const id of arrived) await this.unitOfWork.run(ctx, (tx) => this.disperse.confirm(tx, id, 'callback'));
        if (last === undefined) return;
        after = last;
      }
    });
  }

  /** Windows all of whose dispersion was delivered, among the next ones that nobody has confirmed. */
  private async arrived(tx: ReadTx<TenantContext>, after: number): Promise<{ arrived: string[]; last: number | undefined }> {
    const windows = await this.findWindows.unconfirmed(tx, after, BATCH);
    const events = windows.flatMap(({ eventIds }) => eventIds);
    const known = events.length > 0 ? await this.delivered.through(tx, CALLBACK, events) : new Set();
    const arrived = windows.filter(({ eventIds }) => eventIds.every((id) => known.has(id))).map(({ id }) => id);
    return { arrived, last: windows.length === BATCH ? windows.at(-1)!.number : undefined };
  }
}
