import { DateTime } from 'luxon';

/** How often windows end: weekly or daily (C6.1). */
export const WINDOW_RATES = { weekly: 0, daily: 1 } as const;
export type WindowRate = (typeof WINDOW_RATES)[keyof typeof WINDOW_RATES];

/** A rate, and from when it is the tenant's. */
export interface RateChange {
  readonly at: Date;
  readonly rate: WindowRate;
}

/** The rate in force at a moment, before the first change that one; weekly where nobody said anything (C6.1). `changes` in their order. */
export const rateAt = (changes: readonly RateChange[], moment: Date): WindowRate =>
  (changes.findLast(({ at }) => at <= moment) ?? changes[0])?.rate ?? WINDOW_RATES.weekly;

/** The span of a window: `[startsAt, endsAt)` by when things settled (C6.2). */
export interface WindowSpan {
  readonly id: string;
  readonly rate: WindowRate;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The local day in which it ends, `YYYY-MM-DD`: what it is called by. */
  readonly lastDay: string;
}

/** Where a tenant's windows begin and end. */
export interface Calendar {
  readonly tenantId: string;
  readonly zone: string;
  readonly changes: readonly RateChange[];
}

/** The first moment of the local day or ISO week in which `moment` lies: there the first window begins. */
export const periodStart = (moment: Date, rate: WindowRate, zone: string): Date =>
  DateTime.fromJSDate(moment, { zone })
    .startOf(rate === WINDOW_RATES.daily ? 'day' : 'week')
    .toJSDate();

/**
 * The window that begins at `startsAt`, where the one before ended: to the next local midnight, or Monday's, by the rate in force when it
 * begins; a change of the rate meanwhile waits for its end. A window is called by its last day, which comes after that of the one before:
 * where a change of the zone left a rest of a day that has a window already, that rest belongs to the next one, so that no name comes twice.
 */
export function windowFrom(startsAt: Date, { tenantId, zone, changes }: Calendar, lastDayBefore: string | null): WindowSpan {
  const rate = rateAt(changes, startsAt);
  const unit = rate === WINDOW_RATES.daily ? 'day' : 'week';
  let end = DateTime.fromJSDate(startsAt, { zone }).startOf(unit);
  let lastDay: string;
  do {
    // From the middle of the period: its first moment may be one o'clock where clocks skip midnight.
    end = end.plus({ [`${unit}s`]: 1 }).startOf(unit);
    lastDay = end.minus({ milliseconds: 1 }).toISODate()!;
  } while (end.toJSDate() <= startsAt || (lastDayBefore !== null && lastDay <= lastDayBefore));
  return { id: windowId(tenantId, rate, lastDay), rate, startsAt, endsAt: end.toJSDate(), lastDay };
}

/** What a window is called, as `W-2025-46-5b1f4f6f` or `D-2025-11-14-5b1f4f6f`: ISO week or day, and the end of the tenant's id. */
export function windowId(tenantId: string, rate: WindowRate, lastDay: string): string {
  const day = DateTime.fromISO(lastDay, { zone: 'utc' });
  const period = rate === WINDOW_RATES.daily ? `D-${lastDay}` : `W-${day.weekYear}-${String(day.weekNumber).padStart(2, '0')}`;
  return `${period}-${tenantId.slice(-8)}`;
}

export const WINDOW_ID = /^(W-\d{4}-\d{2}|D-\d{4}-\d{2}-\d{2})-[0-9a-f]{8}$/;
