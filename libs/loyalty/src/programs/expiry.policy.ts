import { DateTime } from 'luxon';
import type { ExpiryPolicy } from './program.js';

/** The last day on which points that become available at `availableAt` can be spent, in `zone`; null for ever. Months clamp (C1.5). */
export function lastDay(policy: ExpiryPolicy, availableAt: Date, zone: string): DateTime | null {
  if (policy.type === 'none') return null;
  const start = DateTime.fromJSDate(availableAt, { zone }).startOf('day');
  const day = start.plus({ days: policy.days ?? 0, months: policy.months ?? 0 });
  switch (policy.round_up_to) {
    case undefined:
      return day;
    case 'half_year':
      return day
        .set({ month: day.month <= 6 ? 6 : 12, day: 1 })
        .endOf('month')
        .startOf('day');
    default:
      return day.endOf(policy.round_up_to).startOf('day');
  }
}

/** The instant from which the points are gone: 00:00 of the day after the last day, in the tenant's zone (C1.4). */
export function expiryInstant(policy: ExpiryPolicy, availableAt: Date, zone: string): Date | null {
  return lastDay(policy, availableAt, zone)?.plus({ days: 1 }).toJSDate() ?? null;
}
