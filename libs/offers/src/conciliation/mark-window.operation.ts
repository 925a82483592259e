import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { MarkRewards } from '../cashback/mark-rewards.operation.js';
import type { WindowRow } from './window.js';

type Tx = WriteTx<TenantContext>;
type Marked = Pick<WindowRow, 'id' | 'endsAt' | 'lines' | 'linesConciliated' | 'linesDispersed'>;

/** Lines whose card transactions are marked in one transaction: batches of the tenant wait meanwhile. */
const LINES = 2_000;

/**
 * Marks the card transactions of a closed window, some lines at a time, and how far that has come: the window stands whatever becomes of who
 * does it, and the next one goes on.
 */
@Injectable()
export class MarkWindow {
  constructor(private readonly markRewards: MarkRewards) {}

  /** The next lines of the oldest window that is not marked whole; answers whether there was one. */
  async next(tx: Tx, limit = LINES): Promise<boolean> {
    if (!(await this.oldest(tx))) return false;
    await lockCashback(tx);
    const window = await this.oldest(tx);
    if (!window) return false;
    await tx.query('update conciliation_window set lines_conciliated = $3 where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      window.id,
      await this.conciliated(tx, window, limit),
    ]);
    return true;
  }

  /**
   * What the next lines moved is conciliated; a card transaction of which another part waits for a later window is not. Answers how many lines
   * are done then, for the caller to keep, who holds the lock of cashback.
   */
  async conciliated(tx: Tx, { id, endsAt, lines, linesConciliated: done }: Marked, limit = LINES): Promise<number> {
    const upTo = Math.min(done + limit, lines!);
    const transactionIds = await this.transactions(
      tx,
      [id, done, upTo],
      `and not exists (select from cashback_movement n where n.tenant_id = $1 and n.purchase_id = m.purchase_id
         and n.transaction_id = m.transaction_id and n.window_id is null)`,
    );
    await this.markRewards.execute(tx, { transactionIds, state: 'conciliated', windowId: id, expectedAt: endsAt });
    return upTo;
  }

  /** What the next lines moved is dispersed, but for card transactions that a later window has taken up; else as `conciliated`. */
  async dispersed(tx: Tx, { id, lines, linesDispersed: done }: Marked): Promise<number> {
    const upTo = Math.min(done + LINES, lines!);
    const transactionIds = await this.transactions(
      tx,
      [id, done, upTo],
      `and exists (select from card_transaction t where t.tenant_id = $1 and t.id = m.transaction_id and t.window_id = $2
         and t.reward_state in ('conciliated', 'reversed'))`,
    );
    await this.markRewards.execute(tx, { transactionIds, state: 'dispersed' });
    return upTo;
  }

  private async oldest(tx: Tx): Promise<Marked | undefined> {
    const [window] = await tx.query<Marked>(
      `select id, ends_at as "endsAt", lines, lines_conciliated as "linesConciliated", lines_dispersed as "linesDispersed"
       from conciliation_window where tenant_id = $1 and lines_conciliated < lines order by number limit 1`,
      [tx.ctx.tenantId],
    );
    return window;
  }

  private async transactions(tx: Tx, slice: readonly [windowId: string, after: number, upTo: number], which: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct m.transaction_id as id from conciliation_line l join cashback_movement m on m.tenant_id = $1 and m.id = l.movement_id
       where l.tenant_id = $1 and l.window_id = $2 and l.position > $3 and l.position <= $4 ${which} order by 1`,
      [tx.ctx.tenantId, ...slice],
    );
    return rows.map(({ id }) => id);
  }
}
