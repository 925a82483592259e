import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { RemoveOldEvents } from '@tallystick/messaging';
import { keyOwner, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { platformContext, WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** How long events, their deliveries and their tries are kept. */
const EVENT_DAYS = 90;
/** Keys are kept for 13 months, and never less (C5.8, IDM-10). */
const KEY_MONTHS = 13;
/** Longer than a passcode lives, and than it is counted how often one was asked for. */
const PASSCODE_DAYS = 2;
/** Counters of a day or month of earning: longer than a refund of it is still likely. */
const COUNTER_DAYS = 400;
/** Rows at most in one transaction. */
const BATCH = 5_000;

const schedule = defineSchedule({
  name: 'remove-old-rows',
  every: 3_600_000,
  summary:
    'Removes events and deliveries after 90 days, idempotency keys, keys of transactions and counters of earning after 13 months, and one-time passcodes after two days',
});

@Injectable()
export class RemoveOldRows implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly removeOldEvents: RemoveOldEvents,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const eventsBefore = new Date(Date.now() - EVENT_DAYS * 86_400_000);
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.removeOldEvents.execute(tx, eventsBefore))) > 0);
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.removeOldKeys(tx))) > 0);
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.removeOldTransactionKeys(tx))) > 0);
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.removeOldCounters(tx))) > 0);
    });
    const platform = platformContext(schedule.name);
    while (!signal.aborted && (await this.unitOfWork.platform(platform, (tx) => this.removeOldKeys(tx))) > 0);
    while (!signal.aborted && (await this.unitOfWork.platform(platform, (tx) => this.removeOldPasscodes(tx))) > 0);
  }

  private async removeOldPasscodes(tx: WriteTx): Promise<number> {
    const removed = await tx.query(
      `delete from passcode_challenge where id in
         (select id from passcode_challenge where issued_at < now() - $1 * interval '1 day' order by issued_at limit $2 for update skip locked)
       returning 1`,
      [PASSCODE_DAYS, BATCH],
    );
    return removed.length;
  }

  private async removeOldCounters(tx: WriteTx): Promise<number> {
    const removed = await tx.query(
      `delete from earning_counter where (tenant_id, scope_id, member_id, period) in
         (select tenant_id, scope_id, member_id, period from earning_counter
          where tenant_id = $1 and ends_on < tenant_now()::date - $2::int order by ends_on limit $3 for update skip locked)
       returning 1`,
      [tx.ctx.tenantId, COUNTER_DAYS, BATCH],
    );
    return removed.length;
  }

  private async removeOldTransactionKeys(tx: WriteTx<TenantContext>): Promise<number> {
    const removed = await tx.query(
      `delete from transaction_key where (tenant_id, client_id, key) in
         (select tenant_id, client_id, key from transaction_key
          where tenant_id = $1 and created_at < tenant_now() - $2 * interval '1 month' order by created_at limit $3)
       returning 1`,
      [tx.ctx.tenantId, KEY_MONTHS, BATCH],
    );
    return removed.length;
  }

  /** By the database's clock, whatever the clock of this machine says. */
  private async removeOldKeys(tx: WriteTx): Promise<number> {
    const removed = await tx.query(
      `delete from idempotency_key where (tenant_id, actor_id, key) in
         (select tenant_id, actor_id, key from idempotency_key
          where tenant_id = $1 and created_at < now() - $2 * interval '1 month' order by created_at limit $3)
       returning 1`,
      [keyOwner(tx.ctx), KEY_MONTHS, BATCH],
    );
    return removed.length;
  }
}
