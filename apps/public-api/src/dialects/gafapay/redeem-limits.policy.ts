import { parseDecimal } from '@tallystick/kernel';
import type { CashConfig, CashLimit, Program } from '@tallystick/loyalty';

/** Units of points at the least and at the most; null is no limit. */
export interface RedeemLimits {
  readonly min: bigint | null;
  readonly max: bigint | null;
}

/** What a redemption keeps to: the terms of redemption to money and the program's own, whichever is closer. */
export function limitsOf({ minPoints, maxPoints }: Pick<CashConfig, 'minPoints' | 'maxPoints'>, program: Program): RedeemLimits {
  const own = programLimits(program);
  return { min: closer([minPoints, own.min], (a, b) => a > b), max: closer([maxPoints, own.max], (a, b) => a < b) };
}

/** Which limit of the program a redemption is outside of, when it says no more than that: of its size, or else of a cycle. */
export function limitPassed(points: number | string, program: Program): CashLimit {
  const units = parseDecimal(points, program.scale);
  const { min, max } = programLimits(program);
  if (typeof units === 'bigint' && min !== null && units < min) return 'min_points';
  return typeof units === 'bigint' && max !== null && units > max ? 'max_points' : 'cycle';
}

function programLimits({ terms, scale }: Program): RedeemLimits {
  const units = (limit: string | null): bigint | null => (limit === null ? null : (parseDecimal(limit, scale) as bigint));
  return { min: units(terms.min_redeem), max: units(terms.max_redeem) };
}

const closer = (limits: readonly (bigint | null)[], isCloser: (a: bigint, b: bigint) => boolean): bigint | null =>
  limits.reduce((found, limit) => (found === null || (limit !== null && isCloser(limit, found)) ? limit : found), null);
