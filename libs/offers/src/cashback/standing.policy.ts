import { rounded, halfUp, split } from './split.policy.js';
import type { Terms } from './terms.js';

/** What stands of a reward, in minor units: what the customer, the institution and the platform get is what the funders pay, the charge. */
export interface Standing {
  readonly cashback: bigint;
  readonly charge: bigint;
  readonly institutionPart: bigint;
  readonly platformPart: bigint;
  readonly fundedMerchant: bigint;
  readonly fundedInstitution: bigint;
  readonly fundedPlatform: bigint;
}

export const NOTHING: Standing = {
  cashback: 0n,
  charge: 0n,
  institutionPart: 0n,
  platformPart: 0n,
  fundedMerchant: 0n,
  fundedInstitution: 0n,
  fundedPlatform: 0n,
};

/** The members of a standing, in the order of their columns. */
export const STANDING = Object.keys(NOTHING) as readonly (keyof Standing)[];

/** How far what stands now differs from what stood before. */
export const difference = (after: Standing, before: Standing): Standing =>
  Object.fromEntries(STANDING.map((name) => [name, after[name] - before[name]])) as unknown as Standing;

/** Whether nothing moves. */
export const isNothing = (change: Standing): boolean => STANDING.every((name) => change[name] === 0n);

/** Cashback on an amount before caps that depend on what came before: multiplied, rounded once, 0 below the minimum, capped (C4.3). */
export function grossCashback(terms: Terms, amount: bigint): bigint {
  const gross = terms.fixedAmount ?? rounded(amount * BigInt(terms.rateBps as number), 10_000n, terms.rounding);
  if (terms.minAmount !== null && amount < terms.minAmount) return 0n;
  return terms.capPerTransaction !== null && gross > terms.capPerTransaction ? terms.capPerTransaction : gross;
}

/** What the funders pay for a cashback: its share of the charge is the customer's. */
const chargeFor = (terms: Terms, cashback: bigint): bigint => halfUp(cashback * 10_000n, BigInt(terms.shares.customer));

/**
 * What stands of a purchase that was measured at `measured` when `refunded` of the amount that counts has come back in sum: a refund in any
 * number of parts takes back exactly the whole, each part what the sum says less what went before (C3.6).
 */
export function standing(terms: Terms, measured: bigint, refunded: bigint, amount: bigint): Standing {
  if (measured === 0n || amount === 0n || refunded >= amount) return NOTHING;
  const left = (whole: bigint): bigint => whole - halfUp(whole * refunded, amount);
  const cashback = left(measured);
  const charge = left(chargeFor(terms, measured));
  const [institutionPart, platformPart] = split(charge - cashback, [terms.shares.institution, terms.shares.platform]) as [bigint, bigint];
  const [fundedMerchant, fundedInstitution, fundedPlatform] = split(charge, [
    terms.fundedBy.merchant,
    terms.fundedBy.institution,
    terms.fundedBy.platform,
  ]) as [bigint, bigint, bigint];
  return { cashback, charge, institutionPart, platformPart, fundedMerchant, fundedInstitution, fundedPlatform };
}

/** The largest of 0 to `most` that fits, where all that is smaller than one that fits does too. */
export function largestFitting(most: bigint, fits: (value: bigint) => boolean): bigint {
  if (fits(most)) return most;
  let [low, high] = [0n, most];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
