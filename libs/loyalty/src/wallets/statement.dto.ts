import {
  Choice,
  CursorQuery,
  Day,
  Integer,
  ListOf,
  Moment,
  Nested,
  PointsValue,
  QueryFlag,
  QueryInteger,
  Text,
  Uuid,
} from '@tallystick/platform';
import { TRANSACTION_TYPES } from '../points/points-transaction.js';

export class WalletBalanceQuery {
  @Moment({ optional: true, description: 'The balance as it was at this moment; now when left out.' })
  as_of?: string;
}

export class BalanceQuery extends WalletBalanceQuery {
  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;
}

export class WalletLotsQuery extends CursorQuery {
  @QueryFlag({ description: 'Only lots with points left (`true`) or used up (`false`).' })
  open?: boolean;
}

export class LotsQuery extends WalletLotsQuery {
  @Uuid({ optional: true })
  program_id?: string;
}

export class StatementPeriodQuery {
  @Moment({ optional: true, description: 'Posted at or after; from the beginning when left out.' })
  from?: string;

  @Moment({ optional: true, description: 'Posted before; until now when left out.' })
  to?: string;
}

export class WalletStatementQuery extends CursorQuery {
  @Moment({ optional: true, description: 'Posted at or after; from the beginning when left out.' })
  from?: string;

  @Moment({ optional: true, description: 'Posted before; until now when left out.' })
  to?: string;
}

export class StatementQuery extends WalletStatementQuery {
  @Uuid({ optional: true })
  program_id?: string;
}

export class WalletExpiryScheduleQuery {
  @QueryInteger({ min: 1, max: 120, description: 'How many months ahead; 12 when left out.', example: 12 })
  months?: number;
}

export class ExpiryScheduleQuery extends WalletExpiryScheduleQuery {
  @Uuid({ optional: true })
  program_id?: string;
}

/** A member's balance in one program at one moment; amounts in points. */
export class MemberBalanceDto {
  @Uuid()
  member_id: string;

  @Uuid()
  program_id: string;

  @PointsValue({ description: 'All that has been posted.', example: 370 })
  posted: number;

  @PointsValue({ description: 'What could be redeemed.', example: 250 })
  available: number;

  @PointsValue({ description: 'What holds covered.', example: 100 })
  held: number;

  @PointsValue({ description: 'What was not available yet.', example: 20 })
  pending: number;

  @PointsValue({ description: 'What the member owes for refunds that found too little; the next points pay it first.', example: 0 })
  owed: number;

  @Moment()
  as_of: string;
}

/** What one credit brought in; amounts in points. */
export class LotDto {
  @Uuid()
  id: string;

  @Uuid()
  transaction_id: string;

  @PointsValue()
  original: number;

  @PointsValue({ example: 40 })
  remaining: number;

  @PointsValue({ example: 0 })
  held: number;

  @Moment()
  earned_at: string;

  @Moment()
  available_at: string;

  @Moment({ nullable: true, description: 'The first moment at which the points are gone.' })
  expires_at: string | null;
}

class StatementTotalsDto {
  @PointsValue()
  earned: number;

  @PointsValue()
  redeemed: number;

  @PointsValue({ example: 0 })
  expired: number;

  @PointsValue({ description: 'Signed: what reversals and refunds gave and took.', example: -20 })
  reversed: number;

  @PointsValue({ description: 'Signed: received less sent.', example: 0 })
  transferred: number;

  @PointsValue({ description: 'Signed.', example: 0 })
  adjusted: number;
}

class StatementEntryDto {
  @Text({ description: 'For `/ledger/entries/{id}/proof`.', example: '0198f5c4-0000-5000-8000-000000000001:12' })
  id: string;

  @Uuid()
  transaction_id: string;

  @Integer({ min: 10_000_001, max: Number.MAX_SAFE_INTEGER, example: 10_000_042 })
  number: number;

  @Choice(TRANSACTION_TYPES, { example: 'earn' })
  type: string;

  @PointsValue({ description: 'Signed.' })
  points: number;

  @PointsValue()
  balance_after: number;

  @Text({ nullable: true, max: 300 })
  reference: string | null;

  @Text({ nullable: true, max: 500 })
  narration: string | null;

  @Moment()
  occurred_at: string;

  @Moment()
  posted_at: string;
}

/** `opening + earned - redeemed - expired + reversed + transferred + adjusted = closing`; entries are one page, oldest first. */
export class StatementDto {
  @Uuid()
  member_id: string;

  @Uuid()
  program_id: string;

  @Uuid()
  wallet_id: string;

  @PointsValue({ example: 0 })
  opening: number;

  @PointsValue()
  closing: number;

  @Nested(() => StatementTotalsDto)
  totals: StatementTotalsDto;

  @ListOf(() => StatementEntryDto, { max: 100 })
  entries: StatementEntryDto[];
}

export class ExpiryDto {
  @Day({ description: "The last day on which the points can be spent, in the tenant's zone." })
  date: string;

  @PointsValue()
  points: number;
}
