import type { RoundingMode } from '../programs/program.js';

/** An exact fraction of points in the program's smallest unit, 0 or more; nothing is rounded on the way (C4.2). */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const NOTHING: Fraction = { numerator: 0n, denominator: 1n };

/** Decimals of a multiplier, of a rule or of a tier. */
export const FACTOR_SCALE = 4;

/** The factor that changes nothing. */
export const ONE = 10n ** BigInt(FACTOR_SCALE);

/** The sum of two fractions, over the larger denominator where that will do. */
export function plus(a: Fraction, b: Fraction): Fraction {
  const [fine, coarse] = a.denominator >= b.denominator ? [a, b] : [b, a];
  if (fine.denominator % coarse.denominator === 0n) {
    return { numerator: fine.numerator + coarse.numerator * (fine.denominator / coarse.denominator), denominator: fine.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** A fraction times a factor counted in 10^-`FACTOR_SCALE`. */
export const times = (fraction: Fraction, factor: bigint): Fraction =>
  factor === ONE ? fraction : { numerator: fraction.numerator * factor, denominator: fraction.denominator * ONE };

/** A fraction as it is stored beside what it was rounded to. */
export const rawOf = ({ numerator, denominator }: Fraction): string => `${numerator}/${denominator}`;

/** Rounds a fraction to whole units by `mode`. */
export const rounded = ({ numerator, denominator }: Fraction, mode: RoundingMode): bigint => divide(numerator, denominator, mode);

/** Divides two non-negative integers and rounds by `mode` (C4.2). */
export function divide(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const [quotient, twice] = [numerator / denominator, 2n * (numerator % denominator)];
  if (mode === 'floor' || twice < denominator) return quotient;
  if (twice > denominator || mode === 'half_up') return quotient + 1n;
  return quotient + (quotient % 2n);
}
