import type { Standing } from './standing.policy.js';

export const CARD_TYPES = ['purchase', 'refund', 'reversal'] as const;
export type CardType = (typeof CARD_TYPES)[number];

export const VERDICTS = ['rewarded', 'no_offer', 'pending_match', 'rejected'] as const;
/** What became of a card transaction. */
export type CardVerdict = (typeof VERDICTS)[number];

export const REWARD_STATES = ['pending', 'scheduled', 'conciliated', 'dispersed', 'reversed'] as const;
/** How far the money of a reward has come. */
export type RewardState = (typeof REWARD_STATES)[number];

/** Why a verdict is what it is. */
export const REASONS = {
  no_live_offer: 'The merchant had no offer at the time of the purchase.',
  other_currency: 'The currency is another.',
  member_not_active: 'The customer is not active.',
  not_activated: 'The customer had not activated the offer.',
  not_first_time: "The offer is for the customer's first purchase at the merchant.",
  below_minimum: 'The purchase is below the minimum of the offer.',
  amount_too_small: 'The cashback rounds to nothing.',
  user_limit_reached: 'The customer has had as many rewards as the offer gives.',
  cap_reached: 'The customer has had as much of the offer as a period gives.',
  budget_exhausted: 'The budget of the offer is used up.',
  merchant_unknown: 'No merchant is known by what the transaction says.',
  merchant_dismissed: 'Staff decided that it was none of our merchants.',
  purchase_not_rewarded: 'The purchase has no cashback to take back.',
  already_cleared: 'The purchase has cleared: what was authorized counts no more.',
  refunded: 'Cashback was taken back for what was refunded.',
  merchant_ambiguous: 'It may have been one of several merchants.',
  purchase_unknown: 'The purchase has not been seen yet; the refund waits for it for 90 days.',
  purchase_not_found: 'The purchase was not seen within 90 days.',
  refund_exceeds_purchase: 'Refunds cannot be more than the purchase.',
  refund_not_settled: 'A refund counts once it is settled: send it again then.',
  other_member: 'The purchase is of another customer.',
  member_erased: 'The person was erased.',
  date_in_future: 'The date is in the future.',
  id_reused: 'The id was used before with other content.',
  validation_error: 'The item is not valid.',
} as const;
export type CardReason = keyof typeof REASONS;

/** What a card transaction says of where and how it was paid. */
export interface CardDetails {
  readonly descriptor: string | null;
  readonly mcc: string | null;
  readonly networkMerchantId: string | null;
  readonly terminalId: string | null;
  readonly zipcode: string | null;
  readonly bin: string | null;
  readonly last4: string | null;
  readonly authorizationCode: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

/** A card transaction with what stands of it; amounts in the minor unit of its currency. */
export interface CardTransaction {
  readonly id: string;
  readonly source: string;
  readonly type: CardType;
  readonly reference: string;
  readonly originalReference: string | null;
  readonly memberId: string;
  readonly currency: string;
  readonly occurredAt: Date;
  purchaseId: string | null;
  status: 'approved' | 'settled';
  /** Authorized, or the first clearing where no authorization was told; what a refund gives back. */
  amount: bigint;
  authorized: boolean;
  /** What cleared in sum; what of the authorization was given up; what was refunded in sum. */
  cleared: bigint;
  reversed: bigint;
  refunded: bigint;
  settledAt: Date | null;
  merchantId: string | null;
  matchedBy: 'identifier' | 'likeness' | 'staff' | null;
  verdict: CardVerdict;
  reason: CardReason | null;
  offerId: string | null;
  offerVersion: number | null;
  rewardState: RewardState | null;
  /** In which period of the offer's cap it counts; null where the offer has none. */
  period: string | null;
  /** Cashback before refunds. */
  measured: bigint;
  standing: Standing;
}

/** The amount of a purchase that counts: what cleared, until then what is left of the authorization. */
export const countingAmount = ({ cleared, amount, reversed }: CardTransaction): bigint => (cleared > 0n ? cleared : amount - reversed);
