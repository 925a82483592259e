import { currencyExponent, parseDecimal, type Money } from '@tallystick/kernel';
import type { Program, RoundingMode } from '../programs/program.js';

/** Decimals that a rate may have. */
export const RATE_SCALE = 6;

/** The result of one rule: the units it gives, and the fraction before the one rounding at the end (C4.2). */
export interface Earning {
  /** Points in the program's smallest unit. */
  readonly units: bigint;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What a purchase of `amount`, in the program's currency, earns: multiply, then round once (C4.2, C4.3). */
export function earnedOn(amount: Money, program: Pick<Program, 'terms' | 'scale'>): Earning {
  const rate = parseDecimal(program.terms.points_per_unit, RATE_SCALE) as bigint;
  const numerator = amount.minor * rate * 10n ** BigInt(program.scale);
  const denominator = 10n ** BigInt(currencyExponent(amount.currency) + RATE_SCALE);
  return { units: divide(numerator, denominator, program.terms.rounding.mode), numerator, denominator };
}

/** Divides two non-negative integers and rounds by `mode` (C4.2). */
export function divide(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const [quotient, twice] = [numerator / denominator, 2n * (numerator % denominator)];
  if (mode === 'floor' || twice < denominator) return quotient;
  if (twice > denominator || mode === 'half_up') return quotient + 1n;
  return quotient + (quotient % 2n);
}
