import { Injectable } from '@nestjs/common';
import { fingerprint, newId, type TenantContext } from '@tallystick/kernel';
import { currencyAssetId, houseAccountId, PostTransactions, type Post } from '@tallystick/ledger';
import { InvalidState, NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { cashbackAccountId } from '../cashback/post-moves.operation.js';
import { DispersionConfirmed } from './conciliation.acts.js';
import { disperseWindows } from './conciliation.jobs.js';
import { MarkWindow } from './mark-window.operation.js';
import { WINDOW_COLUMNS, type WindowRow } from './window.js';

type Tx = WriteTx<TenantContext>;

/** Payouts posted in one transaction. */
const STEP = 1_000;

interface Payout {
  readonly position: number;
  readonly memberId: string;
  /** Who has their account by now, if they were merged into another. */
  readonly personId: string;
  readonly currency: string;
  readonly payout: string;
}

/**
 * Books a closed window as handed on: each customer's payout leaves their account of cashback, once for window and customer, and the window's
 * commission is paid (C6.5). It begins with the word that the dispersion arrived; to hear it again moves nothing.
 */
@Injectable()
export class DisperseWindow {
  constructor(
    private readonly ledger: PostTransactions,
    private readonly markWindow: MarkWindow,
  ) {}

  /**
   * Takes the word of `by` for it that the cashback of a window is handed on, books the first payouts and leaves the rest to the worker.
   * Throws `not_found`, or `invalid_state` before the window has closed.
   */
  async confirm(tx: Tx, windowId: string, by: string): Promise<WindowRow> {
    const window = await this.locked(tx, windowId);
    if (!window) throw NotFound.with();
    if (window.state === 'open' || window.state === 'blocked') throw InvalidState.with({ message: 'The window has not closed yet' });
    if (window.state !== 'closed') return window;
    await tx.query(
      `update conciliation_window set state = 'dispersing', confirmed_at = tenant_now(), confirmed_by = $3 where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, windowId, by],
    );
    tx.audit(DispersionConfirmed, { target: { type: 'conciliation_window', id: windowId }, after: { confirmed_by: by } });
    const begun = await this.step(tx, windowId);
    if (begun.state === 'dispersing') tx.enqueue(disperseWindows, {});
    return begun;
  }

  /** Books the next payouts of a window that was confirmed, then marks its card transactions; with the last of them it is dispersed. */
  async step(tx: Tx, windowId: string): Promise<WindowRow> {
    const window = await this.locked(tx, windowId);
    if (window?.state !== 'dispersing') return window!;
    const conciliated = await this.markWindow.conciliated(tx, window);
    const payouts = conciliated < window.lines! ? window.payoutsDone : await this.payNext(tx, window);
    const dispersed = payouts < window.payouts! || conciliated < window.lines! ? 0 : await this.markWindow.dispersed(tx, window);
    const [after] = await tx.query<WindowRow>(
      `update conciliation_window w set payouts_done = $3, lines_conciliated = $4, lines_dispersed = $5,
         state = case when $6 then 'dispersed' else state end, dispersed_at = case when $6 then tenant_now() end
       where w.tenant_id = $1 and w.id = $2 returning ${WINDOW_COLUMNS}`,
      [tx.ctx.tenantId, windowId, payouts, conciliated, dispersed, payouts === window.payouts && dispersed === window.lines],
    );
    return after!;
  }

  /** Windows that were confirmed and are not booked whole, the oldest first. */
  async underWay(tx: ReadTx<TenantContext>): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from conciliation_window where tenant_id = $1 and state = 'dispersing' order by number`,
      [tx.ctx.tenantId],
    );
    return rows.map(({ id }) => id);
  }

  private async locked(tx: Tx, windowId: string): Promise<WindowRow | undefined> {
    await lockCashback(tx);
    const [window] = await tx.query<WindowRow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.id = $2 for no key update`,
      [tx.ctx.tenantId, windowId],
    );
    return window;
  }

  /** Answers how many payouts are booked then. */
  private async payNext(tx: Tx, { id, payoutsDone }: WindowRow): Promise<number> {
    const payouts = await tx.query<Payout>(
      `select p.position, p.member_id as "memberId", coalesce(m.merged_into, m.id) as "personId", p.currency, p.payout from conciliation_payout p
       join member m on m.tenant_id = $1 and m.id = p.member_id
       where p.tenant_id = $1 and p.window_id = $2 and p.position > $3 order by p.position limit $4`,
      [tx.ctx.tenantId, id, payoutsDone, STEP],
    );
    await this.post(tx, id, payouts);
    return payoutsDone + payouts.length;
  }

  private async post(tx: Tx, windowId: string, payouts: readonly Payout[]): Promise<void> {
    const commands = payouts.filter(({ payout }) => payout !== '0').map((payout) => commandOf(tx.ctx, windowId, payout));
    for (const { outcome } of await this.ledger.execute(tx, commands))
      if (outcome !== 'posted' && outcome !== 'replayed') throw new Error(`a payout of window ${windowId} was not posted: ${outcome}`);
  }
}

function commandOf({ tenantId }: TenantContext, windowId: string, { memberId, personId, currency, payout }: Payout): Post {
  const account = cashbackAccountId(tenantId, personId, currency);
  return {
    act: 'post',
    kind: 'cashback_dispersion',
    id: newId(),
    account,
    legs: [{ from: account, to: houseAccountId(currencyAssetId(tenantId, currency), 'cashback:dispersed'), amount: BigInt(payout) }],
    reference: {
      key: `cashback_dispersion ${windowId} ${memberId} ${currency}`,
      hash: fingerprint({ windowId, memberId, currency, payout }),
    },
    details: { source: { channel: 'conciliation' }, conciliation_window: windowId },
  };
}
