import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type ReadTx } from '@tallystick/platform';
import { isClosed, WINDOW_COLUMNS, type ClosedWindow, type WindowRow, type WindowState } from './window.js';

type Tx = ReadTx<TenantContext>;

/** A window whose dispersion was sent and nobody has confirmed, with the events that were sent. */
export interface UnconfirmedWindow {
  readonly id: string;
  readonly number: number;
  readonly eventIds: readonly string[];
}

/** Reads windows. */
@Injectable()
export class FindWindows {
  /** Newest first, before one; up to `limit`. */
  list(tx: Tx, filter: { state?: WindowState }, page: { before?: number; limit: number }): Promise<WindowRow[]> {
    return tx.query<WindowRow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and ($2::text is null or w.state = $2)
         and ($3::int is null or w.number < $3) order by w.number desc limit $4`,
      [tx.ctx.tenantId, filter.state ?? null, page.before ?? null, page.limit],
    );
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<WindowRow> {
    const [window] = await tx.query<WindowRow>(`select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!window) throw NotFound.with();
    return window;
  }

  /** Throws `not_found`, or `invalid_state` before it has closed. */
  async closed(tx: Tx, id: string): Promise<ClosedWindow> {
    const window = await this.byId(tx, id);
    if (!isClosed(window)) throw InvalidState.with({ message: 'The window has not closed yet' });
    return window;
  }

  /** Whether there is a window to close by the tenant's clock, a first one to open, or one that closed and is not marked whole. */
  async isDue(tx: Tx): Promise<boolean> {
    const [row] = await tx.query<{ due: boolean }>(
      `select case when exists (select from conciliation_window where tenant_id = $1)
         then exists (select from conciliation_window where tenant_id = $1 and state in ('open', 'blocked') and ends_at <= tenant_now())
           or exists (select from conciliation_window where tenant_id = $1 and lines_conciliated < lines)
         else exists (select from cashback_movement where tenant_id = $1 and window_id is null) end as due`,
      [tx.ctx.tenantId],
    );
    return row!.due;
  }

  /** Closed windows whose dispersion nobody has confirmed, the oldest first, after a number; up to `limit`. */
  unconfirmed(tx: Tx, after: number, limit: number): Promise<UnconfirmedWindow[]> {
    return tx.query<UnconfirmedWindow>(
      `select w.id, w.number, array_agg(m.event_id order by m.part) as "eventIds" from conciliation_window w
       join conciliation_message m on m.tenant_id = $1 and m.window_id = w.id and m.event_name = 'redemption.dispersion'
       where w.tenant_id = $1 and w.state = 'closed' and w.number > $2 group by w.id, w.number order by w.number limit $3`,
      [tx.ctx.tenantId, after, limit],
    );
  }
}
