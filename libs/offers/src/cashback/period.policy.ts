import { DateTime } from 'luxon';
import type { CapPeriod } from '../offers/offer.js';

const FORMATS: Readonly<Record<CapPeriod, string>> = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' };

/** Names the day, ISO week or month of a moment in a zone: `2026-11-22`, `2026-W47`, `2026-11`. */
export const periodOf = (moment: Date, zone: string, period: CapPeriod): string =>
  DateTime.fromJSDate(moment, { zone }).toFormat(FORMATS[period]);
