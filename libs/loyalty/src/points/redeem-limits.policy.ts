import { Points, parseDecimal } from '@tallystick/kernel';
import { DateTime } from 'luxon';
import type { Cycle, Program } from '../programs/program.js';

/** One redemption or hold of a wallet that still stands: what of it was not given back, on the day on which it was made (C2.7). */
export interface StandingRedemption {
  readonly at: Date;
  readonly units: bigint;
}

/** The beginning of the cycle that `now` lies in, in the tenant's zone. */
export const cycleStart = (cycle: Cycle, now: Date, zone: string): Date => DateTime.fromJSDate(now, { zone }).startOf(cycle).toJSDate();

/** Why a redemption of `units` more would pass a limit of the program; undefined where it would not. */
export function pastLimit(
  program: Pick<Program, 'terms' | 'scale'>,
  standing: readonly StandingRedemption[],
  units: bigint,
  now: Date,
  zone: string,
): string | undefined {
  for (const { per, points, count } of program.terms.redeem_limits) {
    const start = cycleStart(per, now, zone);
    const before = standing.filter(({ at }) => at >= start);
    if (count !== null && before.length >= count) return `At most ${count} redemptions a ${per}.`;
    const left =
      points === null ? null : (parseDecimal(points, program.scale) as bigint) - before.reduce((sum, { units: used }) => sum + used, 0n);
    if (left !== null && units > left) {
      return `At most ${points} points a ${per}: ${Points.of(left > 0n ? left : 0n, program.scale).toString()} are left.`;
    }
  }
  return undefined;
}

/** How many points the limits of a program leave in one redemption more; null where none says. */
export function leftWithin(
  { terms, scale }: Pick<Program, 'terms' | 'scale'>,
  standing: readonly StandingRedemption[],
  now: Date,
  zone: string,
): bigint | null {
  const lefts = terms.redeem_limits.flatMap(({ per, points, count }) => {
    const before = standing.filter(({ at }) => at >= cycleStart(per, now, zone));
    if (count !== null && before.length >= count) return [0n];
    return points === null ? [] : [(parseDecimal(points, scale) as bigint) - before.reduce((sum, { units }) => sum + units, 0n)];
  });
  const most = terms.max_redeem === null ? [] : [parseDecimal(terms.max_redeem, scale) as bigint];
  return [...lefts, ...most].reduce<bigint | null>((least, left) => (least === null || left < least ? left : least), null);
}
