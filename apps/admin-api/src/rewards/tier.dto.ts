import {
  DOWNGRADES,
  TIER_BASES,
  TIER_PERIODS,
  type CountedTier,
  type Downgrade,
  type Tier,
  type TierBasis,
  type TierInput,
  type TierPeriod,
  type TierPreview,
  type TierProposal,
  type TierScheme,
} from '@tallystick/loyalty';
import { Choice, Integer, ListOf, Moment, Nested, Text, Uuid, type FieldOptions } from '@tallystick/platform';

const Code = (options: FieldOptions): PropertyDecorator =>
  Text({ pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, max: 64, hint: 'Must be letters, digits, - and _, at most 64.', ...options });
const Threshold = (options: FieldOptions = {}): PropertyDecorator =>
  Text({
    pattern: /^\d{1,15}(\.\d{1,4})?$/,
    max: 20,
    hint: 'Must be a decimal of 0 or more as text, with at most 4 decimals.',
    description: "What must have been earned, spent or bought in the scheme's period.",
    example: '1000',
    ...options,
  });
const Multiplier = (options: FieldOptions = {}): PropertyDecorator =>
  Text({
    pattern: /^\d{1,5}(\.\d{1,4})?$/,
    max: 10,
    hint: 'Must be a decimal of 0 or more as text, below 100000 and with at most 4 decimals.',
    description: "What the program's earning rates are multiplied by; 1 when left out.",
    example: '1.5',
    ...options,
  });
const Rank = (options: FieldOptions = {}): PropertyDecorator =>
  Integer({ min: 0, max: 99, description: 'Higher is better; thresholds rise with it.', example: 1, ...options });

/** The fields of a tier that an update may leave out. */
export class UpdateTierDto {
  @Code({ optional: true, example: 'silver' })
  code?: string;

  @Text({ optional: true, max: 200, example: 'Silver' })
  name?: string;

  @Rank({ optional: true })
  rank?: number;

  @Threshold({ optional: true })
  threshold?: string;

  @Multiplier({ optional: true })
  earn_multiplier?: string;

  static over(known: Tier, dto: UpdateTierDto): TierInput {
    return {
      code: dto.code ?? known.code,
      name: dto.name ?? known.name,
      rank: dto.rank ?? known.rank,
      threshold: dto.threshold ?? known.threshold,
      earnMultiplier: dto.earn_multiplier ?? known.earnMultiplier,
    };
  }
}

/** A new tier of a program. */
export class CreateTierDto {
  @Code({ example: 'silver' })
  code: string;

  @Text({ max: 200, example: 'Silver' })
  name: string;

  @Rank()
  rank: number;

  @Threshold()
  threshold: string;

  @Multiplier({ optional: true })
  earn_multiplier?: string;

  static toInput({ code, name, rank, threshold, earn_multiplier }: CreateTierDto): TierInput {
    return { code, name, rank, threshold, earnMultiplier: earn_multiplier ?? '1' };
  }
}

/** A tier, with how many members are in it. */
export class TierDto {
  @Uuid()
  id: string;

  @Code({ example: 'silver' })
  code: string;

  @Text({ max: 200, example: 'Silver' })
  name: string;

  @Rank()
  rank: number;

  @Threshold()
  threshold: string;

  @Multiplier()
  earn_multiplier: string;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 42 })
  members: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from({ id, code, name, rank, threshold, earnMultiplier, members, createdAt, updatedAt }: CountedTier): TierDto {
    return {
      id,
      code,
      name,
      rank,
      threshold,
      earn_multiplier: earnMultiplier,
      members,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}

/** How the tiers of a program are reached and lost. What an update leaves out stays as it is. */
export class TierSchemeDto {
  @Choice(TIER_BASES, { optional: true, description: 'What is counted.', example: 'spend' })
  basis?: TierBasis;

  @Choice(TIER_PERIODS, {
    optional: true,
    description: "Over which of the tenant's local days it is counted.",
    example: 'rolling_months',
  })
  period?: TierPeriod;

  @Integer({ min: 1, max: 120, optional: true, nullable: true, description: 'With rolling_months, how many.', example: 12 })
  period_months?: number | null;

  @Integer({
    min: 1,
    max: 3_660,
    optional: true,
    nullable: true,
    description: 'Days after the one on which a tier was reached or renewed on which it is not lost; null: it is looked at every day.',
    example: 365,
  })
  validity_days?: number | null;

  @Integer({
    min: 0,
    max: 366,
    optional: true,
    description: 'Days that who no longer qualifies keeps the tier, to qualify again.',
    example: 30,
  })
  grace_days?: number;

  @Choice(DOWNGRADES, {
    optional: true,
    description: 'Where who no longer qualifies lands: one tier down for another validity, or where the count is enough.',
    example: 'one_down',
  })
  downgrade?: Downgrade;

  static over(known: TierScheme, dto: TierSchemeDto): TierScheme {
    const period = dto.period ?? known.period;
    return {
      basis: dto.basis ?? known.basis,
      period,
      period_months: dto.period_months !== undefined ? dto.period_months : period === known.period ? known.period_months : null,
      validity_days: dto.validity_days !== undefined ? dto.validity_days : known.validity_days,
      grace_days: dto.grace_days ?? known.grace_days,
      downgrade: dto.downgrade ?? known.downgrade,
    };
  }
}

class ProposedTierDto {
  @Code({ example: 'silver' })
  code: string;

  @Rank()
  rank: number;

  @Threshold()
  threshold: string;
}

/** What is to be tried without saving it; what is left out stays as it is. */
export class PreviewTiersDto {
  @Nested(() => TierSchemeDto, { optional: true })
  scheme?: TierSchemeDto;

  @ListOf(() => ProposedTierDto, { optional: true, min: 1, max: 20, description: 'All tiers as they would be.' })
  tiers?: ProposedTierDto[];

  static toProposal({ scheme, tiers }: PreviewTiersDto): TierProposal {
    return { ...(scheme && { scheme: (known: TierScheme) => TierSchemeDto.over(known, scheme) }), ...(tiers && { tiers }) };
  }
}

class PreviewedTierDto {
  @Code({ nullable: true, description: 'Null for members below the first tier.', example: 'silver' })
  code: string | null;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Who would be there.', example: 1_204 })
  members: number;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Who is there.', example: 1_187 })
  members_now: number;
}

/** Where members would be by today's count alone, without validity, grace and tiers given by hand. */
export class TierPreviewDto {
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 23_570 })
  members: number;

  @ListOf(() => PreviewedTierDto, { max: 21 })
  tiers: PreviewedTierDto[];

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Who would rise.', example: 17 })
  up: number;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Who would fall.', example: 0 })
  down: number;

  static from(preview: TierPreview): TierPreviewDto {
    return { ...preview, tiers: [...preview.tiers] };
  }
}

/** A member of a tier. */
export class TierMemberDto {
  @Uuid()
  member_id: string;

  @Text({ max: 200, example: 'CUST-1001' })
  reference: string;

  @Moment()
  since: string;

  @Text({ nullable: true, max: 10, description: 'The last day on which the tier cannot be lost.', example: '2027-03-31' })
  valid_until: string | null;

  @Text({ nullable: true, max: 10, description: 'The last day to qualify again.', example: '2027-04-30' })
  grace_until: string | null;

  @Text({ nullable: true, max: 10, description: 'The last day of a tier given by hand.', example: '2027-01-31' })
  override_until: string | null;
}
