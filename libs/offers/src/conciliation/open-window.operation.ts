import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { FindInstitution } from '../institutions/find-institution.query.js';
import { periodStart, windowFrom, type Calendar, type RateChange, type WindowSpan } from './calendar.policy.js';
import { notedRates } from './refresh-rate-notes.js';
import { CHAIN_BEGINNING, WINDOW_COLUMNS, type WindowRow } from './window.js';

/** Where the next window begins, and by which calendar it ends. */
interface Next {
  readonly calendar: Calendar;
  readonly startsAt: Date;
  readonly last: Pick<WindowRow, 'number' | 'lastDay' | 'endsAt' | 'hash' | 'state'> | undefined;
}

/** The window that things settle into; its end is fixed when it is opened, whatever becomes of rate and zone until then. */
@Injectable()
export class OpenWindow {
  constructor(private readonly institutions: FindInstitution) {}

  /**
   * The window that has not closed; opens the next one where there is none. Null before anything has settled: the first window begins with
   * the period of the first settlement. The caller holds the lock of cashback.
   */
  async ensure(tx: WriteTx<TenantContext>): Promise<WindowRow | null> {
    const { tenantId } = tx.ctx;
    const [open] = await tx.query<WindowRow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.state in ('open', 'blocked')`,
      [tenantId],
    );
    if (open) return open;
    const next = await this.next(tx);
    if (!next) return null;
    const { calendar, startsAt, last } = next;
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

  /** Answers for a moment of settlement in which window it will be, as far as that is known now; what is late goes into the open one. */
  async expected(tx: ReadTx<TenantContext>): Promise<(settledAt: Date) => Pick<WindowSpan, 'id' | 'endsAt'>> {
    const { calendar, startsAt: first, last } = await this.outlook(tx);
    const spans: WindowSpan[] = [];
    return (settledAt) => {
      let startsAt = first ?? periodStart(settledAt, calendar.changes[0]!.rate, calendar.zone);
      let lastDay = last?.lastDay ?? null;
      for (let index = 0; ; index++) {
        const span = first ? (spans[index] ??= windowFrom(startsAt, calendar, lastDay)) : windowFrom(startsAt, calendar, lastDay);
        if (settledAt < span.endsAt) return span;
        [startsAt, lastDay] = [span.endsAt, span.lastDay];
      }
    };
  }

  private async next(tx: ReadTx<TenantContext>): Promise<Next | null> {
    const { startsAt, ...outlook } = await this.outlook(tx);
    return startsAt && { ...outlook, startsAt };
  }

  private async outlook(tx: ReadTx<TenantContext>): Promise<Omit<Next, 'startsAt'> & { readonly startsAt: Date | null }> {
    const { tenantId } = tx.ctx;
    const [tenant] = await tx.query<{ zone: string }>('select timezone as zone from tenant where id = $1', [tenantId]);
    const rate = await this.institutions.refreshRate(tx);
    const noted = await notedRates(tx);
    const changes: RateChange[] = noted.length > 0 ? noted : [{ at: new Date(0), rate }];
    const calendar = { tenantId, zone: tenant!.zone, changes };
    const [last] = await tx.query<WindowRow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.closed_at is not null order by w.number desc limit 1`,
      [tenantId],
    );
    if (last) return { calendar, startsAt: last.endsAt, last };
    const [first] = await tx.query<{ settled: Date | null }>(
      'select min(settled_at) as settled from cashback_movement where tenant_id = $1 and window_id is null',
      [tenantId],
    );
    return { calendar, startsAt: first!.settled && periodStart(first!.settled, changes[0]!.rate, calendar.zone), last: undefined };
  }
}
