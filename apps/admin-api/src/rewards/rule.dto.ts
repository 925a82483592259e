import {
  Choice,
  Currency,
  Flag,
  Integer,
  ListOf,
  Moment,
  Nested,
  Text,
  Uuid,
  ValidationFailed,
  Words,
  type FieldOptions,
} from '@tallystick/platform';
import {
  ATTRIBUTE_TESTS,
  RULE_STATUSES,
  RULE_VERSION_STATUSES,
  STACKING,
  WEEKDAYS,
  type AttributeTest,
  type EarningRule,
  type RuleDefinition,
  type RuleEffect,
  type RuleVersion,
  type Stacking,
  type Weekday,
} from '@tallystick/loyalty';
const LONGEST_LIST = 500;

const Decimal = (options: FieldOptions & { example: string }): PropertyDecorator =>
  Text({
    pattern: /^\d{1,15}(\.\d{1,6})?$/,
    max: 22,
    hint: 'Must be a decimal of 0 or more as text, with at most 6 decimals.',
    ...options,
  });

class AmongDto {
  @Words({ optional: true, min: 1, max: LONGEST_LIST, description: 'It must be one of these.', example: ['5411', '5811-5814'] })
  in?: string[];

  @Words({ optional: true, min: 1, max: LONGEST_LIST, description: 'It must be none of these.', example: ['5813'] })
  not_in?: string[];
}

class AmountDto {
  @Decimal({ optional: true, example: '500' })
  min?: string;

  @Decimal({ optional: true, example: '10000' })
  max?: string;
}

class TimeWindowDto {
  @Words({ min: 1, max: 7, values: WEEKDAYS, description: 'The days on which it begins.', example: ['saturday', 'sunday'] })
  days: Weekday[];

  @Text({ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, max: 5, hint: 'Must be a time as 18:00.', example: '18:00' })
  from: string;

  @Text({
    pattern: /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    max: 5,
    hint: 'Must be a time as 21:00.',
    description: 'No more in it; before `from` it is on the next day.',
    example: '21:00',
  })
  to: string;
}

class AttributeConditionDto {
  @Text({ max: 64, description: 'Of an attribute that is not personal.', example: 'city' })
  code: string;

  @Choice(ATTRIBUTE_TESTS, { example: 'in' })
  test: AttributeTest;

  @Words({ optional: true, min: 1, max: LONGEST_LIST, description: 'None for present and absent.', example: ['Pune', 'Delhi'] })
  values?: string[];
}

class NthPurchaseDto {
  @Integer({ min: 1, max: 100_000, example: 5 })
  n: number;

  @Flag({ optional: true, description: 'Each n-th, not only the one.', example: true })
  repeat?: boolean;
}

class ConditionsDto {
  @Currency({ optional: true, description: "The currency of the purchase and of the amounts here; the program's when left out." })
  currency?: string;

  @Nested(() => AmountDto, { optional: true, description: 'Both ends belong to it.' })
  amount?: AmountDto;

  @Nested(() => AmongDto, { optional: true, description: 'Merchant category codes, single or in ranges as 5811-5814.' })
  mcc?: AmongDto;

  @Nested(() => AmongDto, { optional: true })
  merchant_id?: AmongDto;

  @Nested(() => AmongDto, { optional: true, description: 'In any case; `*` stands for any text.', example: { in: ['CORNER BOOKS*'] } })
  merchant_descriptor?: AmongDto;

  @Nested(() => AmongDto, { optional: true })
  product_code?: AmongDto;

  @Nested(() => AmongDto, { optional: true })
  channel?: AmongDto;

  @ListOf(() => TimeWindowDto, { optional: true, min: 1, max: 50, description: "In the tenant's time zone." })
  time_windows?: TimeWindowDto[];

  @ListOf(() => AttributeConditionDto, { optional: true, max: 20, description: 'All of them.' })
  attributes?: AttributeConditionDto[];

  @Nested(() => AmongDto, { optional: true, description: 'Codes of segments.' })
  segment?: AmongDto;

  @Nested(() => AmongDto, { optional: true, description: "Codes of the program's tiers." })
  tier?: AmongDto;

  @Flag({ optional: true, description: 'One that was refunded whole makes the next one first again, once.', example: true })
  first_purchase?: boolean;

  @Nested(() => NthPurchaseDto, { optional: true, description: 'Purchases that were refunded whole do not count.' })
  nth_purchase?: NthPurchaseDto;
}

class RateTierDto {
  @Decimal({ description: 'From this amount on; the first is 0.', example: '0' })
  from: string;

  @Decimal({ example: '1' })
  points: string;

  @Decimal({ example: '100' })
  per: string;
}

const EFFECT_FIELDS = {
  points_per_amount: ['points', 'per'],
  fixed: ['points'],
  multiplier: ['factor'],
  rate_tiers: ['basis', 'tiers'],
} as const;

class EffectDto {
  @Choice(Object.keys(EFFECT_FIELDS), { example: 'points_per_amount' })
  type: RuleEffect['type'];

  @Decimal({ optional: true, description: 'Of points_per_amount and fixed.', example: '2' })
  points?: string;

  @Decimal({ optional: true, description: 'Of points_per_amount: so many points for so much of the currency.', example: '100' })
  per?: string;

  @Decimal({ optional: true, description: "Of multiplier: times what the program's rate and the rules with rates give.", example: '2' })
  factor?: string;

  @Choice(['slice', 'whole'], {
    optional: true,
    description: 'Of rate_tiers: each part of the amount at its own rate, or all of it at the rate of where it ends up.',
    example: 'slice',
  })
  basis?: 'slice' | 'whole';

  @ListOf(() => RateTierDto, { optional: true, min: 1, max: 50, description: 'Of rate_tiers.' })
  tiers?: RateTierDto[];

  /** Throws `validation_error` for a field that the type lacks or that is not of it. */
  static read(dto: EffectDto): RuleEffect {
    const wanted: readonly string[] = EFFECT_FIELDS[dto.type];
    const errors: Record<string, string[]> = {};
    for (const [name, value] of Object.entries(dto))
      if (name !== 'type' && value !== undefined && !wanted.includes(name)) errors[`effect.${name}`] = [`Not with type ${dto.type}.`];
    for (const name of wanted) if (dto[name as keyof EffectDto] === undefined) errors[`effect.${name}`] = [`Needed with type ${dto.type}.`];
    if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
    return plain(dto) as RuleEffect;
  }
}

class CapsDto {
  @Decimal({ optional: true, example: '500' })
  per_transaction?: string;

  @Decimal({ optional: true, description: "A day is one of the tenant's zone, by the time of the purchase.", example: '1000' })
  per_member_day?: string;

  @Decimal({ optional: true, example: '5000' })
  per_member_month?: string;

  @Decimal({ optional: true, description: 'Ever.', example: '20000' })
  per_member?: string;
}

class BudgetDto {
  @Decimal({ optional: true, example: '100000' })
  per_day?: string;

  @Decimal({ optional: true, example: '1000000' })
  per_month?: string;

  @Decimal({ optional: true, example: '5000000' })
  total?: string;
}

class ScheduleDto {
  @Moment({ optional: true, nullable: true })
  starts_at?: string | null;

  @Moment({ optional: true, nullable: true, description: 'From then on it applies no more.' })
  ends_at?: string | null;
}

/** The content of a rule; an edit replaces the fields that it gives, each whole. */
export class UpdateRuleDto {
  @Text({ optional: true, max: 200, example: 'Double points on weekends' })
  name?: string;

  @Text({ optional: true, nullable: true, max: 2_000 })
  description?: string | null;

  @Integer({ optional: true, min: 0, max: 1_000, description: 'The highest comes first.', example: 100 })
  priority?: number;

  @Choice(STACKING, {
    optional: true,
    description:
      "`stack` adds to the program's rate and to the other rules; `exclusive` applies alone, and not at all beside a rule of higher priority.",
    example: 'stack',
  })
  stacking?: Stacking;

  @Nested(() => ConditionsDto, { optional: true, description: 'All that are given must be met.' })
  conditions?: ConditionsDto;

  @Nested(() => EffectDto, { optional: true })
  effect?: EffectDto;

  @Decimal({ optional: true, nullable: true, description: 'The least that it gives when it applies.', example: '10' })
  minimum_points?: string | null;

  @Nested(() => CapsDto, { optional: true, description: 'The most that it gives to one member, in points.' })
  caps?: CapsDto;

  @Nested(() => BudgetDto, { optional: true, description: 'The most that it gives to all members together, in points.' })
  budget?: BudgetDto;

  @Nested(() => ScheduleDto, { optional: true, description: 'By the time of the purchase.' })
  schedule?: ScheduleDto;

  /** The content as it is to be: `known` with what is given here. */
  static over(known: RuleDefinition, dto: UpdateRuleDto): RuleDefinition {
    return {
      name: dto.name ?? known.name,
      description: dto.description === undefined ? known.description : dto.description,
      priority: dto.priority ?? known.priority,
      stacking: dto.stacking ?? known.stacking,
      conditions: dto.conditions ? plain(dto.conditions) : known.conditions,
      effect: dto.effect ? EffectDto.read(dto.effect) : known.effect,
      minimum_points: dto.minimum_points === undefined ? known.minimum_points : dto.minimum_points,
      caps: dto.caps ? plain(dto.caps) : known.caps,
      budget: dto.budget ? plain(dto.budget) : known.budget,
      schedule: dto.schedule ? { starts_at: dto.schedule.starts_at ?? null, ends_at: dto.schedule.ends_at ?? null } : known.schedule,
    };
  }
}

/** What was given, as plain JSON without what was left out. */
const plain = <T extends object>(dto: T): T => JSON.parse(JSON.stringify(dto)) as T;

const EMPTY: Omit<RuleDefinition, 'name' | 'effect'> = {
  description: null,
  priority: 100,
  stacking: 'stack',
  conditions: {},
  minimum_points: null,
  caps: {},
  budget: {},
  schedule: { starts_at: null, ends_at: null },
};

/** A new rule: a name, a code and an effect; without conditions it applies to every purchase. */
export class CreateRuleDto extends UpdateRuleDto {
  @Text({
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    max: 64,
    hint: 'Must be letters, digits, - and _, at most 64.',
    description: 'Fixed from the start.',
    example: 'weekend-double',
  })
  code: string;

  @Text({ max: 200, example: 'Double points on weekends' })
  declare name: string;

  @Nested(() => EffectDto)
  declare effect: EffectDto;

  static toDefinition(dto: CreateRuleDto): RuleDefinition {
    return UpdateRuleDto.over({ ...EMPTY, name: dto.name, effect: EffectDto.read(dto.effect) }, dto);
  }
}

/** A version of a rule. Who edited and approved it are shown as the audit trail names them. */
export class RuleVersionDto {
  @Integer({ min: 1, max: 1_000_000, example: 1 })
  version: number;

  @Choice(RULE_VERSION_STATUSES, { example: 'published' })
  version_status: string;

  @Text({ max: 200, example: 'Double points on weekends' })
  name: string;

  @Text({ nullable: true, max: 2_000 })
  description: string | null;

  @Integer({ min: 0, max: 1_000, example: 100 })
  priority: number;

  @Choice(STACKING, { example: 'stack' })
  stacking: string;

  @Nested(() => ConditionsDto)
  conditions: object;

  @Nested(() => EffectDto)
  effect: object;

  @Decimal({ nullable: true, example: '10' })
  minimum_points: string | null;

  @Nested(() => CapsDto)
  caps: object;

  @Nested(() => BudgetDto)
  budget: object;

  @Nested(() => ScheduleDto)
  schedule: object;

  @Text({ example: 'user:0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' })
  edited_by: string;

  @Moment()
  edited_at: string;

  @Text({ nullable: true, example: 'user:0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a02' })
  approved_by: string | null;

  @Moment({ nullable: true })
  approved_at: string | null;

  @Moment({ nullable: true })
  published_at: string | null;

  static of({ version, status, definition, editedBy, editedAt, approvedBy, approvedAt, publishedAt }: RuleVersion): RuleVersionDto {
    return {
      version,
      version_status: status,
      ...definition,
      edited_by: editedBy,
      edited_at: editedAt.toISOString(),
      approved_by: approvedBy,
      approved_at: approvedAt?.toISOString() ?? null,
      published_at: publishedAt?.toISOString() ?? null,
    };
  }
}

/** A rule with its latest version; `live_version` is the one that purchases earn by while the rule is published. */
export class RuleDto extends RuleVersionDto {
  @Uuid()
  id: string;

  @Uuid()
  program_id: string;

  @Text({ max: 64, example: 'weekend-double' })
  code: string;

  @Choice(RULE_STATUSES, { example: 'published' })
  status: string;

  @Integer({ min: 1, max: 1_000_000, nullable: true, example: 1 })
  live_version: number | null;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(rule: EarningRule): RuleDto {
    return {
      id: rule.id,
      program_id: rule.programId,
      code: rule.code,
      status: rule.status,
      live_version: rule.liveVersion,
      ...RuleVersionDto.of(rule.latest),
      created_at: rule.createdAt.toISOString(),
      updated_at: rule.updatedAt.toISOString(),
    };
  }
}
