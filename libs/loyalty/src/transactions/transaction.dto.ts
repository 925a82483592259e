import { Choice, Currency, FreeForm, Integer, ListOf, Moment, MoneyText, Nested, PointsValue, Text, Uuid } from '@tallystick/platform';
import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from '../points/points-transaction.js';

const HOLD_STATUSES = ['held', 'captured', 'released', 'expired'];

export class HoldDto {
  @Uuid()
  id: string;

  @Choice(HOLD_STATUSES, { example: 'held' })
  status: string;

  @PointsValue()
  points: number;

  @PointsValue({ description: 'How many were captured so far.', example: 0 })
  captured: number;

  @PointsValue({ description: 'How many were released.', example: 0 })
  released: number;

  @Moment({ nullable: true })
  expires_at: string | null;
}

class ReturnedDto {
  @Uuid({ description: 'A transaction of its own.' })
  transaction_id: string;

  @PointsValue({ example: 40 })
  points: number;
}

/** A transaction of a member's wallet; amounts in points, exact. */
export class TransactionDto {
  @Uuid()
  id: string;

  @Integer({
    min: 10_000_001,
    max: Number.MAX_SAFE_INTEGER,
    description: 'For people: eight digits, in the order of posting.',
    example: 10_000_042,
  })
  number: number;

  @Choice(TRANSACTION_TYPES, { example: 'earn' })
  type: string;

  @Choice(TRANSACTION_STATUSES, { example: 'completed' })
  status: string;

  @Uuid()
  member_id: string;

  @Uuid()
  wallet_id: string;

  @Uuid()
  program_id: string;

  @PointsValue({ description: 'How many points; the type says in which direction.' })
  points: number;

  @MoneyText({
    nullable: true,
    description: 'The money it was about: of the purchase, of the part of it that was refunded, or paid out for the points; else null.',
  })
  amount: string | null;

  @Currency({ nullable: true, description: 'Of `amount`.' })
  currency: string | null;

  @PointsValue({ description: "The wallet's balance after it.", example: 370 })
  balance_after: number;

  @PointsValue({
    optional: true,
    description: 'What a reversal or refund made the member owe, beside `points`, because the points were spent.',
    example: 20,
  })
  owed?: number;

  @Uuid({ optional: true, description: 'The redemption that paid for the purchase, or a part of it, where the purchase named one.' })
  redemption_id?: string;

  @Nested(() => ReturnedDto, {
    optional: true,
    description: 'What had paid for the purchase and came back with this refund, reversal or void.',
  })
  returned?: ReturnedDto;

  @Text({ nullable: true, max: 300 })
  reference: string | null;

  @Uuid({ nullable: true, description: 'The transaction or hold that this one reverses, captures or releases.' })
  related_transaction_id: string | null;

  @Text({ nullable: true, max: 500 })
  narration: string | null;

  @FreeForm({ nullable: true })
  metadata: Record<string, unknown> | null;

  @Moment()
  occurred_at: string;

  @Moment()
  posted_at: string;

  @Nested(() => HoldDto, { optional: true, description: 'The hold, where the transaction places, captures or releases one.' })
  hold?: HoldDto;
}

export class EntryDto {
  @Text({ description: 'For `/ledger/entries/{id}/proof`.', example: '0198f5c4-0000-5000-8000-000000000001:12' })
  id: string;

  @Uuid()
  account_id: string;

  @Text({ description: '`wallet`, or the house account: issuance, redeemed, expired, adjustment.', example: 'wallet' })
  purpose: string;

  @Currency({ nullable: true, description: 'Null for points; where money moved with them, its currency.' })
  currency: string | null;

  @PointsValue({ description: 'Signed; of money, the amount in its currency.' })
  points: number;

  @PointsValue()
  balance_after: number;
}

export class ExplainedLotDto {
  @Uuid()
  id: string;

  @PointsValue()
  original: number;

  @PointsValue()
  remaining: number;

  @Moment()
  earned_at: string;

  @Moment()
  available_at: string;

  @Moment({ nullable: true })
  expires_at: string | null;
}

export class AllocationDto {
  @Uuid()
  lot_id: string;

  @PointsValue({ description: 'What left the lot (below 0) or came back to it.', example: -80 })
  points: number;

  @PointsValue({ description: 'What a hold on the lot changed by.', example: 0 })
  held: number;

  @Moment({ nullable: true })
  expires_at: string | null;
}

export class CutDto {
  @Text({ example: 'per_member_day' })
  limit: string;

  @Text({ description: 'The limit, in points.', example: '100' })
  most: string;

  @Text({ description: 'What it took away, in points.', example: '20' })
  cut: string;
}

export class AppliedRuleDto {
  @Uuid({ description: "The rule; the program for the program's own rate and for points as stated." })
  id: string;

  @Text({ optional: true, max: 64, example: 'weekend-double' })
  code?: string;

  @Integer({ min: 1, max: 1_000_000, example: 1 })
  version: number;

  @PointsValue()
  points: number;

  @Text({ max: 1_000, example: '1 points for 1 USD of 120.00, rounded floor.' })
  reason: string;

  @ListOf(() => CutDto, { optional: true, max: 10, description: 'Caps and budgets that took something away.' })
  cuts?: CutDto[];
}

export class SourceDto {
  @Text({ example: 'api' })
  channel: string;

  @Text({ min: 0, example: 'batch-2026-11-22' })
  request_id: string;
}

class ExplainedReturnDto {
  @Nested(() => TransactionDto)
  transaction: TransactionDto;

  @ListOf(() => ExplainedLotDto, { max: 10_000, description: 'Lots of their own, for points whose day had passed.' })
  lots: ExplainedLotDto[];

  @ListOf(() => AllocationDto, { max: 10_000, description: 'What came back to the lots that it had been taken from.' })
  allocations: AllocationDto[];
}

/** Where a transaction came from and what it did. */
export class ExplanationDto {
  @Nested(() => TransactionDto)
  transaction: TransactionDto;

  @ListOf(() => EntryDto, { max: 10_000 })
  entries: EntryDto[];

  @ListOf(() => ExplainedLotDto, { max: 10_000, description: 'What it brought in.' })
  lots: ExplainedLotDto[];

  @ListOf(() => AllocationDto, { max: 10_000, description: 'What it took from, gave back to, or set aside in lots.' })
  allocations: AllocationDto[];

  @ListOf(() => AppliedRuleDto, { max: 100, description: 'By which version of which program it earned.' })
  rules: AppliedRuleDto[];

  @Nested(() => ExplainedReturnDto, { optional: true, description: 'What had paid for the purchase and came back with it.' })
  returned?: ExplainedReturnDto;

  @Nested(() => SourceDto)
  source: SourceDto;
}
