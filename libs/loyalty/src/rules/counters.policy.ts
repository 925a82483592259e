import type { RuleInForce } from './earning-rule.js';

/** Whose use is counted in the rows of budgets: everybody's. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Names one counter: what is counted (a rule's points, by the rule's id, or a program's purchases, by the program's id), for which
 * member, and over which period: a day `2026-03-31`, a month `2026-03`, or all time in one of the words below.
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
  readonly name: 'per_member_day' | 'per_member_month' | 'per_member' | 'budget_per_day' | 'budget_per_month' | 'budget_total';
  readonly most: string;
  readonly key: CounterKey;
}

/** The limits of a rule that count over many purchases, in the order in which they cut (C4.3): the member's, then the budget's. */
export function countedLimits(
  { id, definition: { caps, budget } }: Omit<RuleInForce, 'code' | 'version'>,
  member: string,
  day: string,
): CountedLimit[] {
  const limit = (name: CountedLimit['name'], most: string | undefined, whose: string, period: string): CountedLimit[] =>
    most === undefined ? [] : [{ name, most, key: { scope: id, member: whose, period } }];
  return [
    ...limit('per_member_day', caps.per_member_day, member, day),
    ...limit('per_member_month', caps.per_member_month, member, day.slice(0, 7)),
    ...limit('per_member', caps.per_member, member, ALL_TIME),
    ...limit('budget_per_day', budget.per_day, EVERYBODY, day),
    ...limit('budget_per_month', budget.per_month, EVERYBODY, day.slice(0, 7)),
    ...limit('budget_total', budget.total, EVERYBODY, ALL_TIME),
  ];
}

/** The counters of a member's purchases in a program. */
export const purchaseCounters = (programId: string, member: string): { purchases: CounterKey; firsts: CounterKey } => ({
  purchases: { scope: programId, member, period: PURCHASES },
  firsts: { scope: programId, member, period: FIRSTS },
});
