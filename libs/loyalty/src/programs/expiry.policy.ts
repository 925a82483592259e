import { DateTime } from 'luxon';
import type { CalendarPeriod, ExpiryPolicy } from './program.js';

/** The last day on which points that become available (or, sliding, were last moved) at `from` can be spent, in `zone`; null for ever. Months clamp (C1.5). */
export function lastDay(policy: ExpiryPolicy, from: Date, zone: string): DateTime | null {
  if (policy.type === 'none') return null;
  const start = DateTime.fromJSDate(from, { zone }).startOf('day');
  if (policy.type === 'calendar') return endOf(policy.period, start);
  const day = start.plus({ days: policy.days ?? 0, months: policy.months ?? 0 });
  return policy.round_up_to ? endOf(policy.round_up_to, day) : day;
}

function endOf(period: CalendarPeriod, day: DateTime): DateTime {
  const last = period === 'half_year' ? day.set({ month: day.month <= 6 ? 6 : 12, day: 1 }).endOf('month') : day.endOf(period);
  return last.startOf('day');
}

/** The instant from which the points are gone: 00:00 of the day after the last day, in the tenant's zone (C1.4). */
export function expiryInstant(policy: ExpiryPolicy, from: Date, zone: string): Date | null {
  return lastDay(policy, from, zone)?.plus({ days: 1 }).toJSDate() ?? null;
}

/** The beginning of the day so many days after that of a purchase, in the tenant's zone. */
export const activationInstant = (days: number, purchasedAt: Date, zone: string): Date =>
  DateTime.fromJSDate(purchasedAt, { zone }).startOf('day').plus({ days }).toJSDate();
