import type { LedgerTransaction, PostedLeg } from '@tallystick/ledger';
import { EVERYBODY, purchaseCounters, type CounterKey, type EarningCounters } from './counters.policy.js';
import type { GivenByRule, MeasuredEarning } from './measure-earning.policy.js';

/** Whose purchase a reversal turns, in which program. */
export interface Turned {
  readonly programId: string;
  readonly memberId: string;
  readonly target: Pick<LedgerTransaction, 'details'> & { readonly legs: readonly Pick<PostedLeg, 'amount'>[] };
}

interface EarningDetails {
  readonly purchase?: object;
  readonly rules?: readonly GivenByRule[];
  readonly counted?: MeasuredEarning['counted'];
}

/** The counters that a purchase used, by the periods it was counted in: those of its own day (C2.7). */
export function countersUsed({ programId, memberId, target }: Turned): {
  uses: { key: CounterKey; units: bigint }[];
  purchases: CounterKey | null;
} {
  const details = (target.details ?? {}) as EarningDetails;
  const uses = (details.rules ?? []).flatMap(({ id, units, counted = [] }) =>
    counted.map((name) => {
      const [whose, period] = name.split(' ') as [string, string];
      return { key: { scope: id, member: whose === 'member' ? memberId : EVERYBODY, period }, units: BigInt(units) };
    }),
  );
  for (const period of details.counted?.periods ?? [])
    uses.push({ key: { scope: programId, member: memberId, period }, units: BigInt(details.counted?.units ?? 0) });
  return { uses, purchases: details.purchase ? purchaseCounters(programId, memberId).purchases : null };
}

/**
 * Gives back what a refunded purchase used of caps and budgets, in proportion: `before` and `after` are what of the earning is refunded
 * without and with this refund, so that parts add up to the whole (C3.6). Refunded whole, it is no longer counted as a purchase (C3.11).
 */
export function giveBack(
  counters: EarningCounters,
  turned: Turned,
  { before, after, whole }: { before: bigint; after: bigint; whole: boolean },
): void {
  const weight = turned.target.legs[0]?.amount ?? 0n;
  const { uses, purchases } = countersUsed(turned);
  for (const { key, units } of uses) {
    if (weight === 0n) break;
    counters.add(key, (units * before) / weight - (units * after) / weight);
  }
  if (whole && purchases) counters.add(purchases, -1n);
}
