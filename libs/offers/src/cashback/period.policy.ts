import { DateTime } from 'luxon';
import type { CapPeriod } from '../offers/offer.js';

const FORMATS: Readonly<Record<CapPeriod, string>> = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' };

/** No zone begins its days elsewhere than at a quarter of an hour. */
const QUARTER_MS = 15 * 60 * 1_000;
/** Periods that are remembered: what a batch asks for again and again. */
const MOST_KNOWN = 50_000;
const known = new Map<string, string>();

/** Names the day, ISO week or month of a moment in a zone: `2026-11-22`, `2026-W47`, `2026-11`. */
export function periodOf(moment: Date, zone: string, period: CapPeriod): string {
  const quarter = Math.floor(moment.getTime() / QUARTER_MS);
  const key = `${period} ${quarter} ${zone}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const name = DateTime.fromMillis(quarter * QUARTER_MS, { zone }).toFormat(FORMATS[period]);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, name);
  return name;
}
