import { Choice, Currency, Moment, MoneyInput, MoneyText, Nested, Text, Uuid } from '@tallystick/platform';
import { REASONS } from '../cashback/card-transaction.js';
import { ACCEPTANCES, CLAIM_FINDINGS, CLAIM_REASONS, CLAIM_STATUSES, REJECTIONS, type ClaimReason } from './claim.js';

export class ClaimMoneyDto {
  @MoneyText({ example: '12.50' })
  amount: string;

  @Currency({ example: 'MXN' })
  currency: string;
}

class ClaimPurchaseDto {
  @Text({ nullable: true, max: 200, description: "The institution's own id.", example: 'FI-TXN-0001' })
  reference: string | null;

  @Nested(() => ClaimMoneyDto)
  amount: ClaimMoneyDto;

  @Moment({ example: '2026-11-20T18:04:00Z' })
  occurred_at: string;
}

class ClaimRematchDto {
  @Choice(CLAIM_FINDINGS, { description: 'What the purchase came to when it was last looked for and weighed again.', example: 'earns' })
  outcome: string;

  @Uuid({ nullable: true, description: 'The merchant it was, as far as is known.' })
  merchant_id: string | null;

  @Nested(() => ClaimMoneyDto, { nullable: true, description: 'What it would earn.' })
  cashback: ClaimMoneyDto | null;

  @Choice(Object.keys(REASONS), { nullable: true, description: 'Why it would earn nothing.', example: 'no_live_offer' })
  reason: string | null;

  @Moment({ example: '2026-11-22T09:30:00Z' })
  at: string;
}

/** A claim of missing cashback. */
export class ClaimDto {
  @Uuid()
  id: string;

  @Uuid()
  member_id: string;

  @Choice(CLAIM_REASONS, { example: 'merchant_not_recognized' })
  reason_code: string;

  @Choice(CLAIM_STATUSES, { example: 'open' })
  status: string;

  @Nested(() => ClaimPurchaseDto)
  purchase: ClaimPurchaseDto;

  @Uuid({ nullable: true, description: 'Where it is said to have been made.' })
  merchant_id: string | null;

  @Uuid({ nullable: true, description: 'The card transaction, once it is known which.' })
  transaction_id: string | null;

  @Nested(() => ClaimRematchDto)
  rematch: ClaimRematchDto;

  @Choice([...ACCEPTANCES, ...REJECTIONS], {
    nullable: true,
    description: 'How it was made good, or why not.',
    example: 'merchant_matched',
  })
  resolution_code: string | null;

  @Nested(() => ClaimMoneyDto, { nullable: true, description: 'What its acceptance gave.' })
  cashback: ClaimMoneyDto | null;

  @Moment({ example: '2026-11-22T09:30:00Z' })
  raised_at: string;

  @Moment({ nullable: true, example: '2026-11-22T11:00:00Z' })
  resolved_at: string | null;
}

class ClaimedPurchaseDto {
  @Text({ optional: true, max: 200, description: "The institution's own id of the purchase, where it is known.", example: 'FI-TXN-0001' })
  reference?: string;

  @MoneyInput({ example: '250.50' })
  amount: string | number;

  @Currency({ example: 'MXN' })
  currency: string;

  @Moment({ description: 'When it was made, to a few days.', example: '2026-11-20T18:04:00Z' })
  occurred_at: string;
}

export class RaiseClaimDto {
  @Uuid({ optional: true, description: 'Whose purchase; a member claims for themselves and leaves it out.' })
  member_id?: string;

  @Text({ optional: true, max: 200, description: 'The same by your own reference.', example: 'C08409803' })
  member_reference?: string;

  @Choice(CLAIM_REASONS, { example: 'merchant_not_recognized' })
  reason_code: ClaimReason;

  @Uuid({ optional: true, description: 'The card transaction, where it is known; otherwise describe the purchase.' })
  transaction_id?: string;

  @Nested(() => ClaimedPurchaseDto, { optional: true, description: 'The purchase, where its card transaction is not known.' })
  purchase?: ClaimedPurchaseDto;

  @Uuid({ optional: true, description: 'At which merchant it was made.' })
  merchant_id?: string;
}
