/** A day of the tenant's calendar, as `2026-03-31`: days compare as text. */
export type LocalDay = string;

const DAY_MS = 86_400_000;
const utc = (day: LocalDay): number => Date.parse(`${day}T00:00:00Z`);
const written = (ms: number): LocalDay => new Date(ms).toISOString().slice(0, 10);

/** The day `count` days later, or earlier when `count` is below 0. */
export const plusDays = (day: LocalDay, count: number): LocalDay => written(utc(day) + count * DAY_MS);

/** The same day `count` months later, or earlier when `count` is below 0; a shorter month's last day where it has no such day (C1.5). */
export function plusMonths(day: LocalDay, count: number): LocalDay {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const first = Date.UTC(year, month - 1 + count, 1);
  const length = new Date(Date.UTC(year, month + count, 0)).getUTCDate();
  return written(first + (Math.min(date, length) - 1) * DAY_MS);
}
