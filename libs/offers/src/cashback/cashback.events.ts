import { defineEvent, type EventDefinition } from '@tallystick/platform';
import type { CardReason, CardType, RewardState } from './card-transaction.js';

/** What is told of a card transaction: ids and amounts, nothing personal. Amounts are decimal strings of the currency. */
export interface CashbackEventData {
  /** The card transaction that was its cause. */
  readonly transaction_id: string;
  readonly type: CardType;
  readonly purchase_id: string | null;
  readonly member_id: string;
  readonly merchant_id: string | null;
  readonly offer_id: string | null;
  readonly currency: string;
  /** What stands of the purchase's cashback, and how far that is from what stood before. */
  readonly cashback: string;
  readonly change: string;
  readonly state: RewardState | null;
  readonly reason: CardReason | null;
}

const uuid = { type: 'string', format: 'uuid' };
const optionalUuid = { type: ['string', 'null'], format: 'uuid' };
const money = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', examples: ['12.50'] };

const told = (name: string, summary: string): EventDefinition<CashbackEventData> =>
  defineEvent({
    name,
    summary,
    schema: {
      type: 'object',
      required: [
        ...['transaction_id', 'type', 'purchase_id', 'member_id', 'merchant_id', 'offer_id', 'currency', 'cashback', 'change', 'state'],
        'reason',
      ],
      properties: {
        transaction_id: uuid,
        type: { enum: ['purchase', 'refund', 'reversal'] },
        purchase_id: optionalUuid,
        member_id: uuid,
        merchant_id: optionalUuid,
        offer_id: optionalUuid,
        currency: { type: 'string' },
        cashback: money,
        change: money,
        state: { enum: ['pending', 'scheduled', 'conciliated', 'dispersed', 'reversed', null] },
        reason: { type: ['string', 'null'] },
      },
    },
  });

export const CashbackRewarded = told('cashback.rewarded', 'A purchase earned cashback.');
export const CashbackAdjusted = told('cashback.adjusted', 'The cashback of a purchase changed, by a clearing, a refund or a reversal.');
export const CashbackPendingMatch = told(
  'cashback.pending_match',
  'A purchase may have been at one of several merchants, or the purchase of a refund has not been seen.',
);
export const CashbackRefundGivenUp = told('cashback.refund_given_up', 'The purchase of a refund was not seen within 90 days.');
