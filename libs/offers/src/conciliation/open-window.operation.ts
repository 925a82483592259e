import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { windowFrom } from './calendar.policy.js';
import { outlook } from './outlook.query.js';
import { CHAIN_BEGINNING, WINDOW_COLUMNS, type WindowRow } from './window.js';

/** The window that things settle into; its end is fixed when it is opened, whatever becomes of rate and zone until then. */
@Injectable()
export class OpenWindow {
  /**
   * The window that has not closed; opens the next one where there is none. Null before anything has settled: the first window begins with
   * the period of the first settlement. The caller holds the lock of windows.
   */
  async ensure(tx: WriteTx<TenantContext>): Promise<WindowRow | null> {
    const { tenantId } = tx.ctx;
    const [open] = await tx.query<WindowRow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.state in ('open', 'blocked')`,
      [tenantId],
    );
    if (open) return open;
    const { calendar, startsAt, last } = await outlook(tx);
    if (!startsAt) return null;
    const span = windowFrom(startsAt, calendar, last?.lastDay ?? null);
    const [opened] = await tx.query<WindowRow>(
      `insert into conciliation_window as w (tenant_id, id, number, previous_number, state, refresh_rate, zone, starts_at, ends_at, last_day, previous_hash)
       values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10) returning ${WINDOW_COLUMNS}`,
      [
        tenantId,
        span.id,
        (last?.number ?? 0) + 1,
        last?.number ?? null,
        span.rate,
        calendar.zone,
        span.startsAt,
        span.endsAt,
        span.lastDay,
        last?.hash ?? CHAIN_BEGINNING,
      ],
    );
    // From here on a change of the rate is noted when it is made.
    if (!last)
      await tx.query('insert into conciliation_rate (tenant_id, noted_at, rate) values ($1, tenant_now(), $2) on conflict do nothing', [
        tenantId,
        span.rate,
      ]);
    return opened!;
  }
}
