import { DateTime } from 'luxon';
import type { DayMoment } from './day-step.js';

/**
 * The moments at which a tenant's days are worked on: the beginning of each local day after `last` (`YYYY-MM-DD`; null: of today alone), then
 * `now`. A zone that skips midnight begins its day at its first moment.
 */
export function momentsUntil(last: string | null, now: Date, zone: string): DayMoment[] {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const moments: DayMoment[] = [];
  let day = last === null ? today : DateTime.fromISO(last, { zone }).plus({ days: 1 }).startOf('day');
  for (; day <= today; day = day.plus({ days: 1 }).startOf('day'))
    moments.push({ moment: day.toJSDate(), day: day.toISODate()!, begins: true });
  return [...moments, { moment: now, day: today.toISODate()!, begins: false }];
}

/** The beginning of the local day after `now`. */
export const nextMidnight = (now: Date, zone: string): Date =>
  DateTime.fromJSDate(now, { zone }).plus({ days: 1 }).startOf('day').toJSDate();
