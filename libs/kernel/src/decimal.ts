/** A decimal number in plain notation, as `parseDecimal` accepts it. */
const PLAIN = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;

/** Why a value could not be read as an exact decimal of a scale. */
export type DecimalProblem = 'not_a_number' | 'too_many_decimals';

/**
 * Reads `value` exactly as an integer count of 10^-`scale`.
 * A JSON number is read by its shortest decimal text, so `0.1` is one tenth; exponents are refused, nothing is rounded.
 */
export function parseDecimal(value: string | number, scale: number): bigint | DecimalProblem {
  const match = PLAIN.exec(String(value));
  if (!match) return 'not_a_number';
  const [, sign, whole, fraction = ''] = match as unknown as [string, string, string, string?];
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > scale) return 'too_many_decimals';
  const units = BigInt(whole + significant.padEnd(scale, '0'));
  return sign ? -units : units;
}

/** The plain decimal text of `units` counted in 10^-`scale`, with exactly `scale` decimals: `(1250n, 2)` is `"12.50"`. */
export function formatDecimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
