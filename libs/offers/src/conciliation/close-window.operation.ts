import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { broughtForward } from './brought-forward.sql.js';
import { WindowDoesNotBalance } from './conciliation.errors.js';
import { controlDifferences, lineTotals, payoutTotals, type Control } from './control-totals.js';
import { listHash } from './list-hash.policy.js';
import { lockWindows } from './lock-windows.js';
import { OpenWindow } from './open-window.operation.js';
import { WindowTeller } from './tell-window.js';
import { batchesOf, LIST_BATCH, linesAfter, payoutsAfter } from './window-lists.js';
import { sealHash, WINDOW_COLUMNS, type ClosedWindow, type ControlDifference, type WindowRow } from './window.js';

type Tx = WriteTx<TenantContext>;

/** What became of a window whose end has come. */
export type Closing =
  | { readonly outcome: 'closed'; readonly window: ClosedWindow }
  | { readonly outcome: 'blocked'; readonly windowId: string; readonly problem: readonly ControlDifference[] };

/**
 * Closes the window that has ended, for good: all that has settled by its end and is in none yet, what is late as adjustments of the windows
 * that it belongs to (C6.3), what each customer is to get, the sums, the hashes, the chain, and the reports. Where the sums differ from what
 * went in, nothing of it is written but the difference, and the window stays open (C6.7). Closing twice, or by two at once, closes once.
 *
 * However much it closes over, no batch of card transactions waits for it: what it closes over is what one statement finds at its beginning,
 * and what settles late meanwhile is late for this window. `MarkWindow` tells the card transactions of it afterwards.
 */
@Injectable()
export class CloseWindow {
  constructor(private readonly openWindow: OpenWindow) {}

  /** Null when no window has ended by the tenant's clock. */
  async execute(tx: Tx): Promise<Closing | null> {
    await lockWindows(tx);
    const window = await this.openWindow.ensure(tx);
    const [clock] = await tx.query<{ now: Date }>('select tenant_now() as now');
    if (!window || window.endsAt > clock!.now) return null;
    const closed = await tx.attempt(() => this.close(tx, window, clock!.now));
    if (closed instanceof DomainError) return this.block(tx, window, closed.details.errors!.problem as unknown as ControlDifference[]);
    await this.openWindow.ensure(tx);
    return { outcome: 'closed', window: closed };
  }

  private async close(tx: Tx, window: WindowRow, now: Date): Promise<ClosedWindow> {
    const input = await this.writeLines(tx, window);
    await this.writePayouts(tx, window);
    const problem = await controlDifferences(tx, window.id, input);
    if (problem.length > 0) throw WindowDoesNotBalance.with({ errors: { problem: problem as unknown as string[] } });
    const closed = await this.seal(tx, window, now);
    await new WindowTeller(tx, closed).tell();
    return closed;
  }

  private async block(tx: Tx, { id, problem: before }: WindowRow, problem: readonly ControlDifference[]): Promise<Closing> {
    if (JSON.stringify(before) !== JSON.stringify(problem))
      await tx.query(`update conciliation_window set state = 'blocked', problem = $3 where tenant_id = $1 and id = $2`, [
        tx.ctx.tenantId,
        id,
        JSON.stringify(problem),
      ]);
    return { outcome: 'blocked', windowId: id, problem };
  }

  /**
   * What settled before the window began belongs to the window of that moment, as far as there was one; a refund of a purchase that another
   * window closed over, to that one. A further part of a purchase that settles later is a reward of its own window. Answers what went in, as
   * movements have it.
   */
  private writeLines(tx: Tx, { id, startsAt, endsAt }: WindowRow): Promise<Control[]> {
    return tx.query<Control>(
      `with m as (
         update cashback_movement set window_id = $2 where tenant_id = $1 and window_id is null and settled_at < $4 returning *
       ), written as (
       insert into conciliation_line (tenant_id, window_id, position, movement_id, number, state, original_window_id, source, type, reference,
         purchase_id, member_id, merchant_id, offer_id, offer_version, currency, amount, cashback, charge, institution_part, platform_part,
         funded_merchant, funded_institution, funded_platform, settled_at)
       select $1, $2, row_number() over (order by m.settled_at, m.number), m.id, m.number,
         case when earlier.id is not null or m.settled_at < $3 then 'adjustment' when m.cashback < 0 or m.charge < 0 then 'reversed' else 'conciliated' end,
         coalesce(earlier.id, late.id), t.source, t.type, t.reference, m.purchase_id, m.member_id, m.merchant_id, m.offer_id, m.offer_version,
         m.currency, m.amount, m.cashback, m.charge, m.institution_part, m.platform_part, m.funded_merchant, m.funded_institution,
         m.funded_platform, m.settled_at
       from m
       join card_transaction t on t.tenant_id = $1 and t.id = m.transaction_id
       left join lateral (
         select l.window_id as id from conciliation_line l where l.tenant_id = $1 and l.purchase_id = m.purchase_id order by l.number limit 1
       ) earlier on m.kind = 'adjustment'
       left join lateral (
         select case when w.starts_at <= m.settled_at then w.id end as id from conciliation_window w
         where w.tenant_id = $1 and w.ends_at > m.settled_at order by w.ends_at limit 1
       ) late on m.settled_at < $3)
       select currency, count(*)::int as count, sum(cashback)::text as cashback, sum(charge)::text as charge from m group by currency order by currency`,
      [tx.ctx.tenantId, id, startsAt, endsAt],
    );
  }

  /**
   * What a customer owes for dispersed money that was taken back is set off first, also that of who was merged into them; nobody is paid
   * below 0.
   */
  private async writePayouts(tx: Tx, { id, number }: WindowRow): Promise<void> {
    await tx.query(
      `insert into conciliation_payout (tenant_id, window_id, window_number, position, member_id, currency, earned, brought_forward, payout, carried_forward)
       select $1, $2, $3, row_number() over (order by e.currency, e.member_id), e.member_id, e.currency, e.earned, b.owed,
         greatest(e.earned + b.owed, 0), least(e.earned + b.owed, 0)
       from (select member_id, currency, sum(cashback)::bigint as earned from conciliation_line where tenant_id = $1 and window_id = $2
         group by member_id, currency) e, lateral (select ${broughtForward('e.member_id', 'e.currency', '$3')} as owed) b`,
      [tx.ctx.tenantId, id, number],
    );
  }

  private async seal(tx: Tx, window: WindowRow, now: Date): Promise<ClosedWindow> {
    const lines = await listHash(batchesOf((after) => linesAfter(tx, window.id, after, LIST_BATCH)));
    const payouts = await listHash(batchesOf((after) => payoutsAfter(tx, window.id, after, LIST_BATCH)));
    const sealed = {
      ...window,
      lines: lines.count,
      linesHash: lines.hash,
      payouts: payouts.count,
      payoutsHash: payouts.hash,
      totals: await lineTotals(tx, window.id),
      payoutTotals: await payoutTotals(tx, window.id),
    };
    // Where nothing happened there is nobody who could confirm that it was handed on.
    const [row] = await tx.query<ClosedWindow>(
      `update conciliation_window w set state = case when $3 = 0 then 'dispersed' else 'closed' end, problem = null, lines = $3, lines_hash = $4,
         payouts = $5, payouts_hash = $6, totals = $7, payout_totals = $8, hash = $9, closed_at = $10,
         confirmed_at = case when $3 = 0 then $10::timestamptz end, confirmed_by = case when $3 = 0 then 'nothing to disperse' end,
         dispersed_at = case when $3 = 0 then $10::timestamptz end
       where w.tenant_id = $1 and w.id = $2 returning ${WINDOW_COLUMNS}`,
      [
        tx.ctx.tenantId,
        window.id,
        sealed.lines,
        sealed.linesHash,
        sealed.payouts,
        sealed.payoutsHash,
        JSON.stringify(sealed.totals),
        JSON.stringify(sealed.payoutTotals),
        sealHash(sealed),
        now,
      ],
    );
    return row!;
  }
}
