import { ValidationFailed } from '@tallystick/platform';
import { DateTime } from 'luxon';

/** Days of the tenant's calendar, as `2026-03-31`, both within. */
export interface LocalPeriod {
  readonly first: string;
  readonly last: string;
}

export const GRANULARITIES = ['day', 'week', 'month'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Buckets that an answer holds at most. */
const MOST_BUCKETS = 400;

const isDay = (text: string): boolean => text.length === 10;

/** The local day with which a period begins: a day is itself, a moment counts as the day it lies in. */
export const firstDay = (from: string, zone: string): string => (isDay(from) ? from : localDay(from, zone));

/** The local day with which a period ends: a day counts whole, a moment is the first that is no longer within. */
export const finalDay = (to: string, zone: string): string =>
  isDay(to) ? to : DateTime.fromISO(to, { zone }).minus({ milliseconds: 1 }).toISODate()!;

const localDay = (moment: string, zone: string): string => DateTime.fromISO(moment, { zone }).toISODate()!;

/**
 * The days, weeks (from Monday) or months that a period touches, cut to it, under the day each begins with. Throws `validation_error` for a
 * period that ends before it begins, or has more than 400 of them.
 */
export function bucketsOf({ first, last }: LocalPeriod, granularity: Granularity): Map<string, LocalPeriod> {
  if (first > last) throw ValidationFailed.with({ errors: { to: ['Must not be before `from`.'] } });
  const buckets = new Map<string, LocalPeriod>();
  let start = DateTime.fromISO(first, { zone: 'utc' }).startOf(granularity);
  for (; start.toISODate()! <= last; start = start.plus({ [granularity]: 1 })) {
    if (buckets.size === MOST_BUCKETS)
      throw ValidationFailed.with({
        errors: { from: [`At most ${MOST_BUCKETS} ${granularity}s at once: take a shorter period or longer steps.`] },
      });
    const [begins, ends] = [start.toISODate()!, start.endOf(granularity).toISODate()!];
    buckets.set(begins, { first: begins < first ? first : begins, last: ends > last ? last : ends });
  }
  return buckets;
}
