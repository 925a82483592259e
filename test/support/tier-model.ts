import { DateTime } from 'luxon';
import type { TierScheme } from '@tallystick/loyalty';

/** Something that counted, on `day`, told on `toldOn`; what is told on one day is told in the order of the list. */
export interface ModelFact {
  readonly day: string;
  readonly toldOn: string;
  readonly amount: number;
}

/** What the model says of a member. */
export interface ModelState {
  tier: number;
  validUntil: string | null;
  graceUntil: string | null;
  changes: string[];
}

const add = (day: string, what: object): string => DateTime.fromISO(day, { zone: 'utc' }).plus(what).toISODate()!;

/**
 * Tiers as their guide tells them, the slow way: every day is lived through, every count is taken anew from all that has been told. Tiers
 * are numbers into `thresholds`, -1 is none.
 */
export function liveThrough(
  { scheme, thresholds, programStart }: { scheme: TierScheme; thresholds: readonly number[]; programStart: string },
  facts: readonly ModelFact[],
  from: string,
  to: string,
): ModelState {
  const state: ModelState = { tier: -1, validUntil: null, graceUntil: null, changes: [] };
  const told: ModelFact[] = [];
  /** The first day that counts on `today`. */
  const begin = (today: string): string => {
    const now = DateTime.fromISO(today, { zone: 'utc' });
    switch (scheme.period) {
      case 'since_enrollment':
        return '0000-01-01';
      case 'calendar_year':
        return now.startOf('year').toISODate()!;
      case 'rolling_months':
        return now.minus({ months: scheme.period_months! }).plus({ days: 1 }).toISODate()!;
      case 'program_anniversary': {
        const first = DateTime.fromISO(programStart, { zone: 'utc' });
        const years = Math.floor(now.diff(first, 'years').years);
        return [years + 1, years, years - 1]
          .map((count) => first.plus({ years: count }))
          .find((day) => day <= now)!
          .toISODate()!;
      }
    }
  };
  const deserved = (today: string): number => {
    const since = begin(today);
    const sum = told.filter(({ day }) => since <= day && day <= today).reduce((total, { amount }) => total + amount, 0);
    let best = -1;
    thresholds.forEach((threshold, index) => {
      if (sum >= threshold) best = index;
    });
    return best;
  };
  const protect = (today: string): void => {
    state.graceUntil = null;
    state.validUntil = scheme.validity_days === null || state.tier < 0 ? null : add(today, { days: scheme.validity_days });
  };
  const go = (tier: number, today: string): void => {
    state.changes.push(`${today} ${state.tier}>${tier}`);
    state.tier = tier;
    protect(today);
  };
  for (let today = from; today <= to; today = add(today, { days: 1 })) {
    if (today > from) {
      const due = deserved(today);
      const lapsed = state.validUntil === null || state.validUntil < today;
      if (due > state.tier) go(due, today);
      else if (due === state.tier) {
        if (state.graceUntil !== null || (lapsed && scheme.validity_days !== null)) protect(today);
      } else if (lapsed) {
        if (state.graceUntil === null && scheme.grace_days > 0) state.graceUntil = add(today, { days: scheme.grace_days - 1 });
        else if (state.graceUntil === null || state.graceUntil < today) go(scheme.downgrade === 'full' ? due : state.tier - 1, today);
      }
    }
    for (const fact of facts.filter(({ toldOn }) => toldOn === today)) {
      told.push(fact);
      const due = deserved(today);
      if (due > state.tier) go(due, today);
      else if (due === state.tier && state.graceUntil !== null) protect(today);
    }
  }
  return state;
}
