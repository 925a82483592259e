import { Choice, Currency, CursorQuery, FreeForm, Integer, Moment, MoneyText, Nested, Text, Uuid } from '@tallystick/platform';
import { OFFER_KINDS, type OfferKind } from '../offers/offer.js';
import {
  CARD_TYPES,
  REASONS,
  REWARD_STATES,
  VERDICTS,
  type CardReason,
  type CardType,
  type CardVerdict,
  type RewardState,
} from './card-transaction.js';
import type { CardTransactionFilter } from './find-card-transactions.query.js';

const REASON_NAMES = Object.keys(REASONS) as CardReason[];

export class CardMoneyDto {
  @MoneyText({ example: '12.50' })
  amount: string;

  @Currency()
  currency: string;
}

export class CardOfferDto {
  @Uuid()
  id: string;

  @Text({ max: 128, example: 'nero-5' })
  reference: string;

  @Text({ max: 200, example: 'Five per cent back' })
  name: string;

  @Choice(OFFER_KINDS, { example: 'recurring' })
  kind: OfferKind;

  @Integer({ min: 1, max: 1_000_000, description: 'The version whose terms it was rewarded by.', example: 1 })
  version: number;

  @Integer({ min: 1, max: 10_000, nullable: true, description: 'Basis points; null where the reward is a fixed amount.', example: 500 })
  rate_bps: number | null;
}

export class CardConciliationDto {
  @Choice(REWARD_STATES, {
    description: '`pending` until it settles, `scheduled` for the next window, `conciliated` once that closed, `dispersed` once paid out.',
    example: 'scheduled',
  })
  status: RewardState;

  @Text({ max: 128, nullable: true, example: 'W-2026-47' })
  window_id: string | null;

  @Moment({ nullable: true })
  expected_at: string | null;
}

class CardMerchantDto {
  @Uuid({ nullable: true, description: 'The merchant that it was matched to.' })
  id: string | null;

  @Text({ max: 200, nullable: true, example: 'Café Nero' })
  name: string | null;

  @Choice(['identifier', 'likeness', 'staff'], { nullable: true, description: 'By what it was matched.', example: 'identifier' })
  matched_by: string | null;

  @Text({ max: 200, nullable: true, example: 'SQ *CAFE NERO 0432 CDMX' })
  descriptor: string | null;

  @Text({ max: 4, nullable: true, example: '5812' })
  mcc: string | null;

  @Text({ max: 100, nullable: true, description: 'As sent.', example: 'M-0001' })
  merchant_id: string | null;

  @Text({ max: 100, nullable: true, example: 'T-77' })
  terminal_id: string | null;

  @Text({ max: 20, nullable: true, example: '06700' })
  zipcode: string | null;
}

class CardDto {
  @Text({ max: 8, nullable: true, example: '415231' })
  bin: string | null;

  @Text({ max: 4, nullable: true, example: '1234' })
  last4: string | null;
}

/** A card transaction with what it earned, or took back. */
export class CardTransactionDto {
  @Uuid()
  id: string;

  @Text({ max: 50, example: 'cards' })
  source: string;

  @Text({ max: 200, description: "The institution's own id.", example: 'FI-TXN-0001' })
  reference: string;

  @Text({ max: 200, nullable: true, description: 'Of a refund or reversal: the id of the purchase.' })
  original_reference: string | null;

  @Uuid({ nullable: true, description: 'Of a refund or reversal: the purchase, once it was seen.' })
  purchase_id: string | null;

  @Choice(CARD_TYPES, { example: 'purchase' })
  type: CardType;

  @Choice(['approved', 'settled'], { example: 'settled' })
  status: string;

  @Uuid()
  member_id: string;

  @Text({ max: 200, example: 'C08409803' })
  member_reference: string;

  @Nested(() => CardMoneyDto, { description: 'What was authorized, or given back.' })
  amount: CardMoneyDto;

  @Nested(() => CardMoneyDto, { description: 'What cleared in sum.' })
  cleared: CardMoneyDto;

  @Nested(() => CardMoneyDto, { description: 'What was refunded in sum.' })
  refunded: CardMoneyDto;

  @Moment()
  occurred_at: string;

  @Moment({ nullable: true })
  settled_at: string | null;

  @Moment()
  recorded_at: string;

  @Nested(() => CardMerchantDto)
  merchant: CardMerchantDto;

  @Nested(() => CardDto)
  card: CardDto;

  @Text({ max: 20, nullable: true, example: 'A1B2C3' })
  authorization_code: string | null;

  @FreeForm({ nullable: true })
  metadata: Record<string, unknown> | null;

  @Choice(VERDICTS, { example: 'rewarded' })
  verdict: CardVerdict;

  @Choice(REASON_NAMES, { nullable: true, example: 'below_minimum' })
  reason: CardReason | null;

  @Text({ max: 200, nullable: true, example: REASONS.below_minimum })
  message: string | null;

  @Nested(() => CardOfferDto, { nullable: true })
  offer: CardOfferDto | null;

  @Nested(() => CardMoneyDto, { description: 'What the customer gets; of a refund what it took back, below 0.' })
  cashback: CardMoneyDto;

  @Nested(() => CardMoneyDto, {
    nullable: true,
    description: 'What the funders pay: cashback and the parts of the institution and the platform. Null for members, as are both parts.',
  })
  charge: CardMoneyDto | null;

  @Nested(() => CardMoneyDto, { nullable: true })
  institution_part: CardMoneyDto | null;

  @Nested(() => CardMoneyDto, { nullable: true })
  platform_part: CardMoneyDto | null;

  @Nested(() => CardConciliationDto, { nullable: true })
  conciliation: CardConciliationDto | null;
}

export class CardTransactionsQuery extends CursorQuery {
  @Uuid({ optional: true })
  member_id?: string;

  @Text({ optional: true, max: 200 })
  member_reference?: string;

  @Uuid({ optional: true })
  merchant_id?: string;

  @Uuid({ optional: true })
  offer_id?: string;

  @Choice(CARD_TYPES, { optional: true, example: 'purchase' })
  type?: CardType;

  @Choice(VERDICTS, { optional: true, example: 'pending_match' })
  verdict?: CardVerdict;

  @Choice(REASON_NAMES, { optional: true, example: 'merchant_ambiguous' })
  reason?: CardReason;

  @Choice(REWARD_STATES, { optional: true, example: 'scheduled' })
  state?: RewardState;

  @Text({ optional: true, max: 200, description: "The institution's own id." })
  reference?: string;

  @Moment({ optional: true, description: 'Made at or after.' })
  from?: string;

  @Moment({ optional: true, description: 'Made before.' })
  to?: string;

  static toFilter(query: CardTransactionsQuery): CardTransactionFilter {
    return {
      memberId: query.member_id,
      memberReference: query.member_reference,
      merchantId: query.merchant_id,
      offerId: query.offer_id,
      type: query.type,
      verdict: query.verdict,
      reason: query.reason,
      state: query.state,
      reference: query.reference,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
  }
}
