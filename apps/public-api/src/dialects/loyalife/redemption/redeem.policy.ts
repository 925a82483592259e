import { isUuid, parseDecimal } from '@tallystick/kernel';
import type { Program } from '@tallystick/loyalty';
import { refuse } from '../loyalife.errors.js';
import type { LoyalifeRedeemPointsDto } from './redemption.dto.js';

/** A redemption, in whichever form it came. */
export interface AskedRedemption {
  readonly points: number | string;
  readonly merchantName: string | undefined;
  /** What is kept with it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads a redemption in the vendor's form, which has a merchant, or in the short one. Throws 120 for points that are not above 0, 208
 * without a merchant, 999 for a form that is neither.
 */
export function readRedemption(body: LoyalifeRedeemPointsDto): AskedRedemption {
  const points = oneOf('Points', body.Points, body.points);
  const amount = oneOf('Amount', body.Amount, body.amount);
  if (points === undefined) throw refuse('999', { message: 'Points: This field is required' });
  if (isNotAbove0(points)) throw refuse('120');
  if (amount !== undefined && Number(amount) < 0) throw refuse('999', { message: 'Amount: Must not be below 0' });
  const merchantName = body.MerchantName?.trim() || undefined;
  if (body.RelationReference !== undefined && merchantName === undefined) throw refuse('208');
  const metadata = {
    ...(amount !== undefined && { amount: String(amount) }),
    ...(body.LoyaltyTxnType !== undefined && { loyalty_txn_type: body.LoyaltyTxnType }),
  };
  return { points, merchantName, metadata };
}

/** Whether so many points are less than a program lets redeem at once. */
export function isBelowThreshold(points: number | string, { terms, scale }: Program): boolean {
  const [asked, least] = [parseDecimal(points, scale), parseDecimal(terms.min_redeem ?? '0', scale)];
  return typeof asked === 'bigint' && typeof least === 'bigint' && asked < least;
}

/** The id of a transaction in a GUID of any case. Throws 210 for what is none. */
export function transactionIdOf(guid: string): string {
  const id = guid.toLowerCase();
  if (!isUuid(id)) throw refuse('210');
  return id;
}

const isNotAbove0 = (points: number | string): boolean => {
  const units = parseDecimal(points, 4);
  return typeof units === 'bigint' && units <= 0n;
};

/** Both spellings of a field are one: they must not contradict each other. */
function oneOf<T>(name: string, capital: T | undefined, small: T | undefined): T | undefined {
  if (capital !== undefined && small !== undefined && capital !== small) throw refuse('999', { message: `${name} is given twice` });
  return capital ?? small;
}
