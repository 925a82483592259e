import { formatDecimal, parseDecimal, type DecimalProblem } from './decimal.js';

/** The most that one posting moves, in smallest units (`native.md`, Numbers): keeps every answer exact as a JSON number. */
export const LARGEST_POSTING = 10n ** 12n;

/**
 * An amount of a program's points: an integer count of the program's smallest unit (`10^-scale` points, scale 0 to 4).
 * Arithmetic on `Points` itself does not compile; use `units`.
 */
export class Points {
  private constructor(
    readonly units: bigint,
    readonly scale: number,
  ) {}

  static of(units: bigint, scale: number): Points {
    return new Points(units, scale);
  }

  /** Reads a JSON number or numeric string exactly; answers the problem instead of rounding. */
  static parse(value: string | number, scale: number): Points | DecimalProblem {
    const units = parseDecimal(value, scale);
    return typeof units === 'bigint' ? new Points(units, scale) : units;
  }

  /** The amount as a JSON number, exact because balances stay below 9 x 10^15 units. */
  toNumber(): number {
    return Number(formatDecimal(this.units, this.scale));
  }

  toString(): string {
    return formatDecimal(this.units, this.scale);
  }
}
