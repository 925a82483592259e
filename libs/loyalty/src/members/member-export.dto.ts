import { Choice, Currency, ListOf, Moment, MoneyText, Nested, Text, Uuid, Words } from '@tallystick/platform';
import { RelationDto } from '../relations/relation.dto.js';
import { TIER_CHANGE_REASONS } from '../tiers/tier.js';
import { TransactionDto } from '../transactions/transaction.dto.js';
import { MemberDto } from './member.dto.js';

/** A list in an export is whole. */
const ALL = Number.MAX_SAFE_INTEGER;

class ExportedTierChangeDto {
  @Uuid()
  program_id: string;

  @Text({ nullable: true, max: 64, example: null })
  from: string | null;

  @Text({ nullable: true, max: 64, example: 'gold' })
  to: string | null;

  @Choice(TIER_CHANGE_REASONS, { example: 'entered' })
  reason: string;

  @Moment()
  changed_at: string;
}

class ExportedMoneyDto {
  @Uuid()
  transaction_id: string;

  @Text({ max: 30, example: '100' })
  points: string;

  @MoneyText()
  amount: string;

  @Currency()
  currency: string;

  @Moment()
  redeemed_at: string;
}

class ExportedAdjustmentDto {
  @Text({ max: 30, example: '100' })
  points: string;

  @Choice(['credit', 'debit'], { example: 'credit' })
  direction: string;

  @Text({ max: 50, example: 'goodwill' })
  reason_code: string;

  @Text({ max: 500, example: 'Late delivery' })
  narration: string;

  @Moment()
  requested_at: string;
}

class ExportedUserDto {
  @Text({ max: 30, example: 'CEK0TCW2W8' })
  company_id: string;

  @Text({ max: 30, example: 'EK0TCW2W8' })
  user_id: string;

  @Text({ max: 30, example: 'EKC0TCW2W8' })
  card_id: string;
}

/** All that is kept of a member. */
export class MemberExportDto {
  @Moment()
  exported_at: string;

  @Nested(() => MemberDto)
  member: MemberDto;

  @Words({ max: ALL, description: 'References of those who were merged into them.', example: [] })
  former_references: string[];

  @ListOf(() => RelationDto, { max: ALL })
  relations: RelationDto[];

  @ListOf(() => TransactionDto, { max: ALL, description: 'Every posting on their wallets, the latest first.' })
  transactions: TransactionDto[];

  @ListOf(() => ExportedTierChangeDto, { max: ALL })
  tier_changes: ExportedTierChangeDto[];

  @Words({ max: ALL, description: 'The codes of segments they are in.', example: ['frequent'] })
  segments: string[];

  @ListOf(() => ExportedMoneyDto, { max: ALL, description: 'What they redeemed to money.' })
  money: ExportedMoneyDto[];

  @ListOf(() => ExportedAdjustmentDto, { max: ALL, description: 'Points given or taken by hand with a second person.' })
  adjustments: ExportedAdjustmentDto[];

  @ListOf(() => ExportedUserDto, { max: ALL })
  user_ids: ExportedUserDto[];
}
