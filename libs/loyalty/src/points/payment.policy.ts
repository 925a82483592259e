import { Points, currencyExponent, parseDecimal, type Money } from '@tallystick/kernel';
import type { Program } from '../programs/program.js';
import { RATE_SCALE } from '../rules/earning.policy.js';

/** A redemption that a purchase says it was paid with, as it stands. */
export interface Payment {
  readonly id: string;
  /** The wallet that it was redeemed from, or the one that goes on for it. */
  readonly accountId: string;
  /** In the program's smallest unit. */
  readonly units: bigint;
  /** Whether money was paid out for it. */
  readonly paidOut: boolean;
  /** Whether any of it was given back. */
  turned: boolean;
  /** Whether it paid for a purchase already. */
  used: boolean;
}

/** Why a redemption did not pay `paid` of a purchase (C3.8); undefined where it may have. */
export function whyNotPaid(
  { units, paidOut, turned, used }: Payment,
  paid: Money,
  program: Pick<Program, 'terms' | 'scale'>,
): string | undefined {
  if (paidOut) return 'Money was paid out for these points.';
  if (used) return 'This redemption paid for another purchase.';
  if (turned) return 'Points of this redemption were given back.';
  if (isWorth(units, paid, program)) return undefined;
  return `${Points.of(units, program.scale).toString()} points at ${program.terms.point_value} are not ${paid.toString()} ${paid.currency}.`;
}

/** Whether points are worth so much, however that was rounded; a program that does not say what they are worth takes the caller's word. */
function isWorth(units: bigint, { minor, currency }: Money, { terms, scale }: Pick<Program, 'terms' | 'scale'>): boolean {
  if (terms.point_value === null || terms.currency !== currency) return true;
  const worth = units * (parseDecimal(terms.point_value, RATE_SCALE) as bigint) * 10n ** BigInt(currencyExponent(currency));
  const one = 10n ** BigInt(RATE_SCALE + scale);
  const difference = minor * one - worth;
  return difference < one && -difference < one;
}
