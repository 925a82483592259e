import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { refreshRateOf } from '../institutions/find-institution.query.js';
import { periodStart, windowFrom, type Calendar, type RateChange, type WindowSpan } from './calendar.policy.js';
import { notedRates } from './refresh-rate-notes.js';
import { WINDOW_COLUMNS, type WindowRow } from './window.js';

/** Where the next window begins, and by which calendar it ends. */
export interface Outlook {
  readonly calendar: Calendar;
  /** Null before anything has settled. */
  readonly startsAt: Date | null;
  /** The last window that has closed. */
  readonly last: WindowRow | undefined;
}

/** Reads what the windows of a tenant go on from. */
export async function outlook(tx: ReadTx<TenantContext>): Promise<Outlook> {
  const { tenantId } = tx.ctx;
  const [tenant] = await tx.query<{ zone: string }>('select timezone as zone from tenant where id = $1', [tenantId]);
  const noted = await notedRates(tx);
  const changes: RateChange[] = noted.length > 0 ? noted : [{ at: new Date(0), rate: await refreshRateOf(tx) }];
  const calendar = { tenantId, zone: tenant!.zone, changes };
  const [last] = await tx.query<WindowRow>(
    `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.closed_at is not null order by w.number desc limit 1`,
    [tenantId],
  );
  if (last) return { calendar, startsAt: last.endsAt, last };
  const [open] = await tx.query<{ startsAt: Date }>('select starts_at as "startsAt" from conciliation_window where tenant_id = $1', [
    tenantId,
  ]);
  if (open) return { calendar, startsAt: open.startsAt, last };
  const [first] = await tx.query<{ settled: Date | null }>(
    'select min(settled_at) as settled from cashback_movement where tenant_id = $1 and window_id is null',
    [tenantId],
  );
  return { calendar, startsAt: first!.settled && periodStart(first!.settled, changes[0]!.rate, calendar.zone), last };
}

/** Answers for a moment of settlement in which window it will be, as far as that is known now; what is late goes into the one that is open. One that has just closed is not told of by its card transactions yet. */
export async function expectedWindows(tx: ReadTx<TenantContext>): Promise<(settledAt: Date) => WindowSpan | undefined> {
  const { calendar, startsAt, last } = await outlook(tx);
  const spans: WindowSpan[] = [];
  return (settledAt) => {
    if (!startsAt) return undefined;
    if (last && last.linesConciliated < last.lines! && settledAt >= last.startsAt && settledAt < last.endsAt) return last;
    for (let index = 0; ; index++) {
      const before = spans[index - 1];
      const span = (spans[index] ??= windowFrom(before?.endsAt ?? startsAt, calendar, before?.lastDay ?? last?.lastDay ?? null));
      if (settledAt < span.endsAt) return span;
    }
  };
}
