import type { Rounding } from '../offers/offer.js';

/**
 * Splits `total`, 0 or more, by weights so that the parts sum to it: each gets its whole share, what is left goes one by one to the largest
 * remainders, ties in the order of the weights (C4.4). Without any weight there is nothing to split.
 */
export function split(total: bigint, weights: readonly number[]): bigint[] {
  const sum = BigInt(weights.reduce((a, b) => a + b, 0));
  if (sum === 0n) {
    if (total !== 0n) throw new Error('nobody is there to take a part');
    return weights.map(() => 0n);
  }
  const parts = weights.map((weight) => (total * BigInt(weight)) / sum);
  const remainders = weights.map((weight, index) => ({ index, remainder: (total * BigInt(weight)) % sum }));
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  let left = total - parts.reduce((a, b) => a + b, 0n);
  for (const { index } of remainders) {
    if (left === 0n) break;
    parts[index]! += 1n;
    left -= 1n;
  }
  return parts;
}

/** `numerator / denominator`, both 0 or more, rounded to a whole number, half up. */
export const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator);

/** `numerator / denominator`, both 0 or more, rounded once by `mode` (C4.2). */
export function rounded(numerator: bigint, denominator: bigint, mode: Rounding): bigint {
  const floor = numerator / denominator;
  if (mode === 'floor') return floor;
  if (mode === 'half_up') return halfUp(numerator, denominator);
  const twice = 2n * (numerator % denominator);
  return twice > denominator || (twice === denominator && floor % 2n === 1n) ? floor + 1n : floor;
}
