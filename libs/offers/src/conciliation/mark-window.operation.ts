import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { MarkRewards } from '../cashback/mark-rewards.operation.js';
import type { WindowRow } from './window.js';

type Tx = WriteTx<TenantContext>;

/** The card transaction that caused a movement, and the purchase that it is of. */
interface Moved {
  readonly transactionId: string;
  readonly purchaseId: string;
}

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
    const moved = await this.moved(tx, id, done, upTo);
    const waiting = await tx.query<{ id: string }>(
      `select distinct transaction_id as id from cashback_movement where tenant_id = $1 and purchase_id = any($2::uuid[]) and window_id is null`,
      [tx.ctx.tenantId, [...new Set(moved.map(({ purchaseId }) => purchaseId))]],
    );
    const open = new Set(waiting.map((one) => one.id));
    const transactionIds = transactionsOf(moved).filter((transactionId) => !open.has(transactionId));
    await this.markRewards.execute(tx, { transactionIds, state: 'conciliated', windowId: id, expectedAt: endsAt });
    return upTo;
  }

  /** What the next lines moved is dispersed, but for card transactions that a later window has taken up; else as `conciliated`. */
  async dispersed(tx: Tx, { id, lines, linesDispersed: done }: Marked): Promise<number> {
    const upTo = Math.min(done + LINES, lines!);
    const inWindow = await tx.query<{ id: string }>(
      `select id from card_transaction where tenant_id = $1 and id = any($2::uuid[]) and window_id = $3 and reward_state in ('conciliated', 'reversed')`,
      [tx.ctx.tenantId, transactionsOf(await this.moved(tx, id, done, upTo)), id],
    );
    await this.markRewards.execute(tx, { transactionIds: inWindow.map((one) => one.id), state: 'dispersed' });
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

  /**
   * What the lines after a position moved. Each table by the ids of the one before, in a statement of its own: joined, without statistics yet,
   * the database went through all lines for each line.
   */
  private async moved(tx: Tx, windowId: string, after: number, upTo: number): Promise<Moved[]> {
    const lines = await tx.query<{ id: string }>(
      'select movement_id as id from conciliation_line where tenant_id = $1 and window_id = $2 and position > $3 and position <= $4',
      [tx.ctx.tenantId, windowId, after, upTo],
    );
    return tx.query<Moved>(
      `select transaction_id as "transactionId", purchase_id as "purchaseId" from cashback_movement where tenant_id = $1 and id = any($2::uuid[])`,
      [tx.ctx.tenantId, lines.map(({ id }) => id)],
    );
  }
}

/** The card transactions of movements, in the order of their ids, in which they are locked. */
const transactionsOf = (moved: readonly Moved[]): string[] => [...new Set(moved.map(({ transactionId }) => transactionId))].sort();
