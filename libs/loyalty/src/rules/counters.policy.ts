import type { Program } from '../programs/program.js';
import type { RuleInForce } from './earning-rule.js';

/** Whose use is counted in the rows of budgets: everybody's. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Names one counter: what is counted (a rule's points, by the rule's id, or a program's points and purchases, by its id), for which member, and over which period: a day `2026-03-31`, a month `2026-03`, or all time in one of the words below.
 */
export interface CounterKey {
  readonly scope: string;
  readonly member: string;
  readonly period: string;
}

export const ALL_TIME = 'ever';
/** Purchases of a member in a program that were not refunded whole. */
export const PURCHASES = 'purchases';
/** How many of them were the first. */
export const FIRSTS = 'firsts';

const textOf = ({ scope, member, period }: CounterKey): string => `${scope}/${member}/${period}`;

/** Counters as they stand under their locks, with the changes of this list; each earning sees what those before it used. */
export class EarningCounters {
  private readonly used: Map<string, bigint>;
  private readonly changed = new Map<string, { readonly key: CounterKey; by: bigint }>();

  constructor(rows: readonly (CounterKey & { readonly used: bigint })[] = []) {
    this.used = new Map(rows.map((row) => [textOf(row), row.used]));
  }

  /** What is used so far. */
  of(key: CounterKey): bigint {
    return this.used.get(textOf(key)) ?? 0n;
  }

  /** Uses `by` more, or gives so much back, never more than was used. */
  add(key: CounterKey, by: bigint): void {
    const [text, used] = [textOf(key), this.of(key)];
    const change = by < -used ? -used : by;
    if (change === 0n) return;
    this.used.set(text, used + change);
    const known = this.changed.get(text);
    if (known) known.by += change;
    else this.changed.set(text, { key, by: change });
  }

  /** What this list changed. */
  get changes(): readonly (CounterKey & { readonly by: bigint })[] {
    return [...this.changed.values()].filter(({ by }) => by !== 0n).map(({ key, by }) => ({ ...key, by }));
  }
}

/** A limit of a rule that is counted, and the counter that holds it. */
export interface CountedLimit {
  readonly name: string;
  readonly most: string;
  readonly key: CounterKey;
}

/** The limits of a rule that count over many purchases, in the order in which they cut (C4.3): the member's, then the budget's. */
export function countedLimits(
  { id, definition: { caps, budget } }: Omit<RuleInForce, 'code' | 'version'>,
  member: string,
  day: string,
): CountedLimit[] {
  const limit = limitsOf(id, day);
  return [
    ...limit('per_member_day', caps.per_member_day, member, 'day'),
    ...limit('per_member_month', caps.per_member_month, member, 'month'),
    ...limit('per_member', caps.per_member, member, 'ever'),
    ...limit('budget_per_day', budget.per_day, EVERYBODY, 'day'),
    ...limit('budget_per_month', budget.per_month, EVERYBODY, 'month'),
    ...limit('budget_total', budget.total, EVERYBODY, 'ever'),
  ];
}

/** The limits of a program that count, whatever its rules give. */
export function programLimits(
  { id, terms: { earn_caps: caps } }: Pick<Program, 'id' | 'terms'>,
  member: string,
  day: string,
): CountedLimit[] {
  const limit = limitsOf(id, day);
  return [
    ...limit('program_per_day', caps.per_day, member, 'day'),
    ...limit('program_per_month', caps.per_month, member, 'month'),
    ...limit('program_per_member', caps.per_member, member, 'ever'),
  ];
}

const limitsOf = (scope: string, day: string) => {
  const periods = { day, month: day.slice(0, 7), ever: ALL_TIME };
  return (name: string, most: string | null | undefined, member: string, over: keyof typeof periods): CountedLimit[] =>
    most === undefined || most === null ? [] : [{ name, most, key: { scope, member, period: periods[over] } }];
};

/** Whether a program caps what its members earn. */
export const hasEarnCaps = ({ terms }: Pick<Program, 'terms'>): boolean => Object.values(terms.earn_caps).some((cap) => cap !== null);

/** The counters of a member's purchases in a program. */
export const purchaseCounters = (programId: string, member: string): { purchases: CounterKey; firsts: CounterKey } => ({
  purchases: { scope: programId, member, period: PURCHASES },
  firsts: { scope: programId, member, period: FIRSTS },
});
