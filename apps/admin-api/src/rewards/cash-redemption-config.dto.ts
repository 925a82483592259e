import { formatDecimal, parseDecimal, Points } from '@tallystick/kernel';
import {
  CASH_CYCLES,
  CASH_USER_TYPES,
  CASH_VALUE_SCALE,
  type AutomaticTerms,
  type CashConfig,
  type CashCycle,
  type CashTerms,
  type CashUserType,
} from '@tallystick/loyalty';
import { Choice, Currency, Flag, Integer, Moment, Nested, Text, Uuid, ValidationFailed, type FieldOptions } from '@tallystick/platform';

const Decimal = (options: FieldOptions): PropertyDecorator =>
  Text({ pattern: /^\d{1,12}(\.\d{1,6})?$/, max: 19, hint: 'Must be a decimal above 0 as text, with at most 6 decimals.', ...options });

class AutomaticRedemptionDto {
  @Decimal({ description: 'Once so many points are available at the beginning of a day ...', example: '1000' })
  at_points: string;

  @Decimal({ description: '... they are redeemed in whole steps of so many; the rest stays.', example: '100' })
  step_points: string;
}

/** The terms that an update may leave out. The kind of user and the currency are fixed. */
export class UpdateCashRedemptionConfigDto {
  @Decimal({ optional: true, description: 'So many points ...', example: '100' })
  points?: string;

  @Decimal({ optional: true, description: '... are worth so much of the currency.', example: '25' })
  value?: string;

  @Decimal({ optional: true, nullable: true, description: 'The smallest redemption, in points.', example: '10' })
  min_points?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The largest redemption, in points.', example: '1000' })
  max_points?: string | null;

  @Choice(CASH_CYCLES, {
    optional: true,
    description: "The period that the limits of a cycle count, in the tenant's zone; weeks begin on Monday.",
    example: 'month',
  })
  redeem_cycle?: CashCycle;

  @Decimal({ optional: true, nullable: true, description: 'The most that a member redeems in a cycle, in points.', example: '5000' })
  max_points_per_cycle?: string | null;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000_000,
    description: 'The most redemptions of a member in a cycle.',
    example: 10,
  })
  max_redemptions_per_cycle?: number | null;

  @Nested(() => AutomaticRedemptionDto, {
    optional: true,
    nullable: true,
    description:
      'Points are redeemed by themselves at the beginning of each day of the tenant, within all limits; null: by the member alone. One ' +
      'currency at most for each kind of user. While the funds are short nothing is redeemed: `points.automatic_redemption_skipped` tells.',
  })
  automatic?: AutomaticRedemptionDto | null;

  @Flag({ optional: true, description: 'Whether points can be redeemed on these terms at present.', example: true })
  active?: boolean;

  /** The terms as they are to be: `known` with what is given here, read exactly at the program's `scale`. */
  static over(known: CashTerms, dto: UpdateCashRedemptionConfigDto, scale: number): CashTerms {
    const errors: Record<string, string[]> = {};
    const units = (name: 'points' | 'min_points' | 'max_points' | 'max_points_per_cycle', otherwise: bigint | null): bigint | null => {
      const given = dto[name];
      if (given === undefined) return otherwise;
      return given === null ? null : above0(errors, name, given, scale);
    };
    const terms = {
      ...known,
      points: units('points', known.points) as bigint,
      value: dto.value === undefined ? known.value : above0(errors, 'value', dto.value, CASH_VALUE_SCALE),
      minPoints: units('min_points', known.minPoints),
      maxPoints: units('max_points', known.maxPoints),
      cycle: dto.redeem_cycle ?? known.cycle,
      maxPointsPerCycle: units('max_points_per_cycle', known.maxPointsPerCycle),
      maxRedemptionsPerCycle: dto.max_redemptions_per_cycle === undefined ? known.maxRedemptionsPerCycle : dto.max_redemptions_per_cycle,
      automatic: dto.automatic === undefined ? known.automatic : dto.automatic && automaticOf(errors, dto.automatic, scale),
      active: dto.active ?? known.active,
    };
    if (terms.minPoints !== null && terms.maxPoints !== null && terms.maxPoints < terms.minPoints)
      errors.max_points = ['Must not be below min_points.'];
    if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
    return terms;
  }
}

function automaticOf(errors: Record<string, string[]>, dto: AutomaticRedemptionDto, scale: number): AutomaticTerms {
  const at = above0(errors, 'automatic.at_points', dto.at_points, scale);
  const step = above0(errors, 'automatic.step_points', dto.step_points, scale);
  if (at < step) errors['automatic.step_points'] ??= ['Must not be above at_points.'];
  return { at, step };
}

function above0(errors: Record<string, string[]>, name: string, value: string, scale: number): bigint {
  const units = parseDecimal(value, scale);
  if (typeof units === 'bigint' && units > 0n) return units;
  errors[name] = [`Must be above 0, with at most ${scale} decimals.`];
  return 1n;
}

/** What points of a program are worth in a currency, for a kind of user. */
export class CreateCashRedemptionConfigDto extends UpdateCashRedemptionConfigDto {
  @Choice(CASH_USER_TYPES, { description: 'For members of this kind.', example: 'customer' })
  user_type: CashUserType;

  @Currency()
  currency: string;

  @Decimal({ description: 'So many points ...', example: '100' })
  declare points: string;

  @Decimal({ description: '... are worth so much of the currency.', example: '25' })
  declare value: string;

  static toTerms(dto: CreateCashRedemptionConfigDto, scale: number): CashTerms {
    const empty = {
      points: 1n,
      value: 1n,
      minPoints: null,
      maxPoints: null,
      cycle: 'month',
      maxPointsPerCycle: null,
      maxRedemptionsPerCycle: null,
      automatic: null,
      active: true,
    } as const;
    return UpdateCashRedemptionConfigDto.over({ ...empty, userType: dto.user_type, currency: dto.currency }, dto, scale);
  }
}

/** A configuration of redemption to money. */
export class CashRedemptionConfigDto {
  @Uuid()
  id: string;

  @Uuid()
  program_id: string;

  @Choice(CASH_USER_TYPES, { example: 'customer' })
  user_type: string;

  @Currency()
  currency: string;

  @Choice(['cashback'], { description: "Paid into the member's cash wallet.", example: 'cashback' })
  redeem_type: string;

  @Decimal({ example: '100' })
  points: string;

  @Decimal({ example: '25.000000' })
  value: string;

  @Decimal({ nullable: true, example: '10' })
  min_points: string | null;

  @Decimal({ nullable: true, example: '1000' })
  max_points: string | null;

  @Choice(CASH_CYCLES, { example: 'month' })
  redeem_cycle: string;

  @Decimal({ nullable: true, example: '5000' })
  max_points_per_cycle: string | null;

  @Integer({ nullable: true, min: 1, max: 1_000_000, example: 10 })
  max_redemptions_per_cycle: number | null;

  @Nested(() => AutomaticRedemptionDto, { nullable: true })
  automatic: AutomaticRedemptionDto | null;

  @Flag({ example: true })
  active: boolean;

  @Integer({
    min: 1,
    max: 1_000_000_000,
    description: 'Grows with every change; redemptions name the one they were made under.',
    example: 1,
  })
  version: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(config: CashConfig): CashRedemptionConfigDto {
    const points = (units: bigint | null): string | null => (units === null ? null : Points.of(units, config.scale).toString());
    return {
      id: config.id,
      program_id: config.programId,
      user_type: config.userType,
      currency: config.currency,
      redeem_type: 'cashback',
      points: points(config.points) as string,
      value: formatDecimal(config.value, CASH_VALUE_SCALE),
      min_points: points(config.minPoints),
      max_points: points(config.maxPoints),
      redeem_cycle: config.cycle,
      max_points_per_cycle: points(config.maxPointsPerCycle),
      max_redemptions_per_cycle: config.maxRedemptionsPerCycle,
      automatic: config.automatic && {
        at_points: points(config.automatic.at) as string,
        step_points: points(config.automatic.step) as string,
      },
      active: config.active,
      version: config.version,
      created_at: config.createdAt.toISOString(),
      updated_at: config.updatedAt.toISOString(),
    };
  }
}
