import { Money, Points, currencyExponent, type DomainError } from '@tallystick/kernel';
import { DateTime } from 'luxon';
import { LimitExceeded } from '../loyalty.errors.js';
import { CASH_VALUE_SCALE, type CashConfig, type CashCycle, type CashTerms } from './cash-config.js';

/** What points are worth, and the fraction before the one rounding at the end (C4.2). */
export interface CashWorth {
  readonly money: Money;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What `units` of points are worth: multiplied, then rounded down once, so that redeeming in parts never gives more than at once (LED-08). */
export function worthOf(units: bigint, { points, value, currency }: Pick<CashTerms, 'points' | 'value' | 'currency'>): CashWorth {
  const numerator = units * value * 10n ** BigInt(currencyExponent(currency));
  const denominator = points * 10n ** BigInt(CASH_VALUE_SCALE);
  return { money: Money.of(numerator / denominator, currency), numerator, denominator };
}

/** The beginning of the cycle in which `now` is, in the tenant's zone. */
export const cycleStart = (cycle: CashCycle, now: Date, zone: string): Date => DateTime.fromJSDate(now, { zone }).startOf(cycle).toJSDate();

/** What a member has redeemed in the present cycle. */
export interface CycleUse {
  readonly points: bigint;
  readonly redemptions: number;
}

/** Which limit a redemption would pass; named in `errors.limit`. */
export type CashLimit = 'min_points' | 'max_points' | 'cycle';

/** Throws `limit_exceeded` for a redemption outside the limits of one. */
export function checkSize(units: bigint, config: CashConfig): void {
  const { minPoints, maxPoints, scale } = config;
  const show = (limit: bigint): string => Points.of(limit, scale).toString();
  if (minPoints !== null && units < minPoints) throw passed('min_points', `At least ${show(minPoints)} points.`);
  if (maxPoints !== null && units > maxPoints) throw passed('max_points', `At most ${show(maxPoints)} points.`);
  if (worthOf(units, config).money.minor === 0n) throw passed('min_points', 'So few points are worth nothing in this currency.');
}

/** Throws `limit_exceeded` for a redemption that is too much for the member's cycle. */
export function checkCycle(units: bigint, used: CycleUse, { cycle, maxPointsPerCycle, maxRedemptionsPerCycle, scale }: CashConfig): void {
  if (maxPointsPerCycle !== null && used.points + units > maxPointsPerCycle) {
    const left = maxPointsPerCycle > used.points ? maxPointsPerCycle - used.points : 0n;
    throw passed('cycle', `At most ${Points.of(left, scale).toString()} points more in this ${cycle}.`);
  }
  if (maxRedemptionsPerCycle !== null && used.redemptions >= maxRedemptionsPerCycle)
    throw passed('cycle', `At most ${maxRedemptionsPerCycle} redemptions in a ${cycle}.`);
}

const passed = (limit: CashLimit, message: string): DomainError => LimitExceeded.with({ errors: { limit, points: [message] } });

/** What a redemption that nobody asks for has to keep to besides its configuration; null where there is no limit. */
export interface AutomaticBounds {
  readonly available: bigint;
  readonly used: CycleUse;
  /** The program's own smallest redemption, and the most that its limits leave. */
  readonly least: bigint | null;
  readonly most: bigint | null;
}

/** How many points are redeemed by themselves: the most whole steps within all limits; 0 where they leave none. */
export function automaticUnits(config: CashConfig, { available, used, least, most }: AutomaticBounds): bigint {
  const { automatic, minPoints, maxPoints, maxPointsPerCycle, maxRedemptionsPerCycle } = config;
  if (automatic === null || available < automatic.at) return 0n;
  if (maxRedemptionsPerCycle !== null && used.redemptions >= maxRedemptionsPerCycle) return 0n;
  const limits = [maxPoints, maxPointsPerCycle === null ? null : maxPointsPerCycle - used.points, most];
  const bound = limits.reduce<bigint>((left, limit) => (limit !== null && limit < left ? limit : left), available);
  const units = bound < 0n ? 0n : (bound / automatic.step) * automatic.step;
  const isEnough = [minPoints, least].every((limit) => limit === null || units >= limit);
  return isEnough && worthOf(units, config).money.minor > 0n ? units : 0n;
}
