import { Points } from '@tallystick/kernel';

/** What moves points, as summaries sort it: earned for a purchase, or given without one (bonus); the rest as the types say. */
export const CATEGORIES = ['earned', 'bonus', 'redeemed', 'expired', 'reversed', 'transferred', 'adjusted'] as const;
export type Category = (typeof CATEGORIES)[number];

/** The category of the ledger transaction `t`, in SQL; what settles a debt was taken back before, when it was not there (C3.4). */
export const CATEGORY = `case
  when t.kind = 'earn' and t.details ? 'purchase' then 'earned'
  when t.kind = 'earn' then 'bonus'
  when t.kind in ('redeem', 'capture') then 'redeemed'
  when t.kind = 'expire' then 'expired'
  when t.kind in ('reversal', 'settle') then 'reversed'
  when t.kind = 'transfer' then 'transferred'
  else 'adjusted' end`;

/** A sum of one category: units are signed, as the wallets see them. */
export interface CategorySum {
  readonly category: Category;
  readonly units: string;
}

/** Points by category; what is redeemed and expired counts as it is said, the last three as they changed balances. */
export type CategoryTotals = Readonly<Record<Category, number>>;

/** Sums by category, in points. */
export function categoryTotals(sums: readonly CategorySum[], scale: number): CategoryTotals {
  const units = unitsByCategory(sums);
  return Object.fromEntries(CATEGORIES.map((category) => [category, Points.of(units[category], scale).toNumber()])) as CategoryTotals;
}

/** Sums by category, in smallest units. */
export function unitsByCategory(sums: readonly CategorySum[]): Readonly<Record<Category, bigint>> {
  const unitsOf = (category: Category): bigint =>
    sums.filter((sum) => sum.category === category).reduce((total, sum) => total + BigInt(sum.units), 0n);
  const turned = (category: Category): bigint =>
    category === 'redeemed' || category === 'expired' ? -unitsOf(category) : unitsOf(category);
  return Object.fromEntries(CATEGORIES.map((category) => [category, turned(category)])) as Record<Category, bigint>;
}
