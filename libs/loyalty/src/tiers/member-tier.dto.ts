import { Choice, CursorQuery, Day, Integer, Moment, Nested, Text, Uuid } from '@tallystick/platform';
import { TIER_BASES, TIER_CHANGE_REASONS } from './tier.js';

export class MemberTierQuery {
  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;
}

export class TierHistoryQuery extends CursorQuery {
  @Uuid({ optional: true, description: 'Only changes in this program.' })
  program_id?: string;
}

class HeldTierDto {
  @Uuid()
  id: string;

  @Text({ max: 64, example: 'silver' })
  code: string;

  @Text({ max: 200, example: 'Silver' })
  name: string;

  @Integer({ min: 0, max: 99, example: 1 })
  rank: number;

  @Text({ max: 20, description: 'What earning rates are multiplied by.', example: '1.5' })
  earn_multiplier: string;
}

class NextTierDto {
  @Uuid()
  id: string;

  @Text({ max: 64, example: 'gold' })
  code: string;

  @Text({ max: 200, example: 'Gold' })
  name: string;

  @Text({ max: 40, example: '5000' })
  threshold: string;

  @Text({ max: 40, description: 'What of the threshold is missing.', example: '1250' })
  missing: string;
}

/** Where a member stands now; decimals count points, units of the currency, or purchases, as `basis` says. */
export class MemberTierDto {
  @Uuid()
  member_id: string;

  @Uuid()
  program_id: string;

  @Nested(() => HeldTierDto, { nullable: true, description: 'Null below the first tier.' })
  tier: HeldTierDto | null;

  @Moment({ nullable: true })
  since: string | null;

  @Day({ nullable: true, description: "The last day on which the tier cannot be lost, in the tenant's zone." })
  valid_until: string | null;

  @Day({ nullable: true, description: 'The last day to qualify again for a tier that is about to be lost.' })
  grace_until: string | null;

  @Day({ nullable: true, description: 'The last day of a tier that was given by hand.' })
  override_until: string | null;

  @Choice(TIER_BASES, { example: 'points' })
  basis: string;

  @Text({ nullable: true, max: 3, description: 'With the basis spend.', example: 'INR' })
  currency: string | null;

  @Day({ nullable: true, description: 'The first day that counts; null: all since enrollment.' })
  period_start: string | null;

  @Text({ max: 40, description: 'What counts so far.', example: '3750' })
  progress: string;

  @Nested(() => NextTierDto, { nullable: true, description: 'Null in the highest tier.' })
  next_tier: NextTierDto | null;
}

/** A change in a member's tiers. */
export class TierHistoryDto {
  @Uuid()
  id: string;

  @Uuid()
  program_id: string;

  @Text({ nullable: true, max: 64, description: 'Code of the tier before; null for none.', example: 'silver' })
  from: string | null;

  @Text({ nullable: true, max: 64, description: 'Code of the tier from then on; null for none.', example: 'gold' })
  to: string | null;

  @Choice(TIER_CHANGE_REASONS, { example: 'upgraded' })
  reason: string;

  @Moment()
  changed_at: string;
}
