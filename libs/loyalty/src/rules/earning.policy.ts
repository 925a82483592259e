import { currencyExponent, parseDecimal, type Money } from '@tallystick/kernel';
import type { Program } from '../programs/program.js';
import type { Fraction } from './fraction.policy.js';

/** Decimals that a rate may have. */
export const RATE_SCALE = 6;

/** What `minor` of a currency gives at so many points, counted in 10^-`RATE_SCALE`, for `per` minor units. */
export const atRate = (minor: bigint, points: bigint, per: bigint, scale: number): Fraction => ({
  numerator: minor * points * 10n ** BigInt(scale),
  denominator: per * 10n ** BigInt(RATE_SCALE),
});

/** What the program's own rate gives for a purchase in its currency, before rounding. */
export const baseEarning = ({ minor, currency }: Money, { terms, scale }: Pick<Program, 'terms' | 'scale'>): Fraction =>
  atRate(minor, parseDecimal(terms.points_per_unit, RATE_SCALE) as bigint, 10n ** BigInt(currencyExponent(currency)), scale);
