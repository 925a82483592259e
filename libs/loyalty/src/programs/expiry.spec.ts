import { expiryInstant } from './expiry.policy.js';
import type { ExpiryPolicy } from './program.js';

const zone = 'Asia/Kolkata';
/** The instant that a local date of that zone begins at. */
const midnight = (date: string): Date => new Date(`${date}T00:00:00+05:30`);

test.each<[ExpiryPolicy, string, string | null]>([
  [{ type: 'none' }, '2026-01-31', null],
  [{ type: 'rolling', days: 30 }, '2026-01-31', '2026-03-03'],
  [{ type: 'rolling', months: 1 }, '2026-01-31', '2026-03-01'],
  [{ type: 'rolling', months: 1 }, '2028-01-31', '2028-03-01'],
  [{ type: 'rolling', months: 12, round_up_to: 'month' }, '2026-02-10', '2027-03-01'],
  [{ type: 'rolling', months: 1, round_up_to: 'quarter' }, '2026-03-31', '2026-07-01'],
  [{ type: 'rolling', days: 1, round_up_to: 'half_year' }, '2026-06-30', '2027-01-01'],
  [{ type: 'rolling', months: 12, round_up_to: 'year' }, '2026-12-31', '2028-01-01'],
  // Clamped first, then rounded up: a leap day, the end of a shorter month, and a period that begins on the next day.
  [{ type: 'rolling', months: 12 }, '2028-02-29', '2029-03-01'],
  [{ type: 'rolling', months: 48 }, '2028-02-29', '2032-03-01'],
  [{ type: 'rolling', days: 365 }, '2027-12-31', '2028-12-31'],
  [{ type: 'rolling', months: 1, days: 1 }, '2028-01-31', '2028-03-02'],
  [{ type: 'rolling', months: 1, round_up_to: 'month' }, '2028-01-31', '2028-03-01'],
  [{ type: 'rolling', months: 1, round_up_to: 'half_year' }, '2026-01-31', '2026-07-01'],
  [{ type: 'rolling', months: 3, round_up_to: 'quarter' }, '2026-08-31', '2027-01-01'],
  [{ type: 'rolling', days: 1, round_up_to: 'year' }, '2027-12-31', '2029-01-01'],
  [{ type: 'sliding', months: 1, round_up_to: 'quarter' }, '2028-01-31', '2028-04-01'],
  [{ type: 'calendar', period: 'month' }, '2028-02-29', '2028-03-01'],
  [{ type: 'calendar', period: 'month' }, '2026-02-28', '2026-03-01'],
  [{ type: 'calendar', period: 'quarter' }, '2026-04-01', '2026-07-01'],
  [{ type: 'calendar', period: 'half_year' }, '2026-06-30', '2026-07-01'],
  [{ type: 'calendar', period: 'year' }, '2026-12-31', '2027-01-01'],
  [{ type: 'sliding', months: 6 }, '2026-08-31', '2027-03-01'],
])('%j from %s ends before %s (C1.4, C1.5)', (policy, from, until) => {
  for (const hours of [0, 23]) {
    const moment = new Date(midnight(from).getTime() + hours * 3_600_000);
    expect(expiryInstant(policy, moment, zone)).toEqual(until === null ? null : midnight(until));
  }
});
