import { plusDays, plusMonths, type LocalDay } from './local-day.js';
import type { TierScheme } from './tier.js';

/** What a period needs to know of the scheme, and on which day the program began. */
export interface PeriodTerms {
  readonly scheme: Pick<TierScheme, 'period' | 'period_months'>;
  readonly programStart: LocalDay;
}

/** The first day that counts on `day`; null where everything since enrollment does. */
export function periodStart({ scheme, programStart }: PeriodTerms, day: LocalDay): LocalDay | null {
  switch (scheme.period) {
    case 'since_enrollment':
      return null;
    case 'calendar_year':
      return `${day.slice(0, 4)}-01-01`;
    case 'rolling_months':
      return plusDays(plusMonths(day, -(scheme.period_months ?? 0)), 1);
    case 'program_anniversary':
      return anniversary(programStart, day);
  }
}

/** The first day after `day` from which something that counts on `day`, the oldest of it of `oldest`, counts no more; null for never. */
export function nextPeriodEdge(terms: PeriodTerms, day: LocalDay, oldest: LocalDay): LocalDay | null {
  switch (terms.scheme.period) {
    case 'since_enrollment':
      return null;
    case 'calendar_year':
      return `${String(Number(day.slice(0, 4)) + 1).padStart(4, '0')}-01-01`;
    case 'program_anniversary':
      return anniversary(terms.programStart, plusMonths(anniversary(terms.programStart, day), 14));
    case 'rolling_months': {
      // Months differ in length: the first day whose period begins after `oldest` is this one or up to three later.
      let edge = plusMonths(oldest, terms.scheme.period_months ?? 0);
      while ((periodStart(terms, edge) as LocalDay) <= oldest) edge = plusDays(edge, 1);
      return edge;
    }
  }
}

/** The last anniversary of the program's first day that is not after `day`; 29 February is the 28th in other years. */
function anniversary(programStart: LocalDay, day: LocalDay): LocalDay {
  const years = Number(day.slice(0, 4)) - Number(programStart.slice(0, 4));
  const thisYears = plusMonths(programStart, 12 * years);
  return thisYears <= day ? thisYears : plusMonths(programStart, 12 * (years - 1));
}
