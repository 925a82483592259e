import { formatDecimal, parseDecimal, type DecimalProblem } from './decimal.js';

/** ISO 4217 currencies whose exponent is not 2 (C4.5). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether `code` is an ISO 4217 currency code in capitals. */
export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** Decimal places of a currency's minor unit: INR 2, JPY 0, KWD 3. */
export const currencyExponent = (code: string): number => EXPONENTS[code] ?? 2;

/** An amount of one currency in its minor units (paise, cents); two currencies are never added (C4.5). */
export class Money {
  private constructor(
    readonly minor: bigint,
    readonly currency: string,
  ) {}

  static of(minor: bigint, currency: string): Money {
    return new Money(minor, currency);
  }

  /** Reads a decimal string or JSON number exactly at the currency's exponent; answers the problem instead of rounding (C4.1). */
  static parse(value: string | number, currency: string): Money | DecimalProblem {
    const minor = parseDecimal(value, currencyExponent(currency));
    return typeof minor === 'bigint' ? new Money(minor, currency) : minor;
  }

  /** The amount as a decimal string with the currency's decimals: `"1250.00"`. */
  toString(): string {
    return formatDecimal(this.minor, currencyExponent(this.currency));
  }
}
