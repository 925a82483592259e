import type { DebitOrder } from '@tallystick/ledger';
import {
  CYCLES,
  DEFAULT_TERMS,
  PROGRAM_STATUSES,
  type CalendarPeriod,
  type Cycle,
  type EarnCaps,
  type ExpiryPolicy,
  type Program,
  type ProgramInput,
  type ProgramStatus,
  type RedeemLimit,
} from '@tallystick/loyalty';
import { Choice, Currency, Flag, Integer, ListOf, Moment, Nested, Text, Uuid, ValidationFailed } from '@tallystick/platform';

const DECIMAL = /^\d{1,15}(\.\d{1,6})?$/;
const Decimal = (options: { optional?: boolean; nullable?: boolean; description?: string; example: string }): PropertyDecorator =>
  Text({ pattern: DECIMAL, max: 22, hint: 'Must be a decimal of 0 or more as text, with at most 6 decimals.', ...options });

const PERIODS = ['month', 'quarter', 'half_year', 'year'] as const;
const EXPIRY_TYPES = ['none', 'rolling', 'calendar', 'sliding'] as const;
const RETURN_POLICIES = ['pending_only', 'within_balance', 'allow_negative'] as const;

class ExpiryPolicyDto {
  @Choice(EXPIRY_TYPES, {
    description:
      '`rolling`: so long from the day on which points become available; `calendar`: to the end of the period of that day; `sliding`: so long from the last earning, redemption or transfer of the member.',
    example: 'rolling',
  })
  type: ExpiryPolicy['type'];

  @Integer({ min: 0, max: 36_500, optional: true, description: 'Days, of a rolling or sliding expiry.', example: 0 })
  days?: number;

  @Integer({
    min: 0,
    max: 1_200,
    optional: true,
    description: 'Months, of a rolling or sliding expiry; the end of a shorter month is kept (31 January and one month is 28 February).',
    example: 12,
  })
  months?: number;

  @Choice(PERIODS, {
    optional: true,
    description: 'Extend to the last day of it, for a rolling or sliding expiry.',
    example: 'month',
  })
  round_up_to?: CalendarPeriod;

  @Choice(PERIODS, { optional: true, description: 'Of a calendar expiry: points last to the last day of it.', example: 'year' })
  period?: CalendarPeriod;
}

class RedeemLimitDto {
  @Choice(CYCLES, { description: 'Of the calendar in the time zone of the tenant; weeks begin on Monday.', example: 'month' })
  per: Cycle;

  @Decimal({ optional: true, nullable: true, description: 'The most points a member redeems in it.', example: '5000' })
  points?: string | null;

  @Integer({
    min: 1,
    max: 1_000_000,
    optional: true,
    nullable: true,
    description: 'How often a member redeems in it at most.',
    example: 10,
  })
  count?: number | null;
}

class EarnCapsDto {
  @Decimal({ optional: true, nullable: true, description: 'The most points one purchase gives.', example: '1000' })
  per_transaction?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The most points a member earns in a day.', example: '5000' })
  per_day?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The most points a member earns in a month.', example: '20000' })
  per_month?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The most points a member earns at all.', example: '1000000' })
  per_member?: string | null;
}

class RoundingDto {
  @Choice(['floor', 'half_up', 'half_even'], { example: 'floor' })
  mode: 'floor' | 'half_up' | 'half_even';
}

/** The fields of a program that an update may leave out. */
export class UpdateProgramDto {
  @Text({ optional: true, max: 200, example: 'Everyday points' })
  name?: string;

  @Text({
    optional: true,
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    max: 64,
    hint: 'Must be letters, digits, - and _, at most 64.',
    example: 'everyday',
  })
  code?: string;

  @Text({ optional: true, nullable: true, max: 2_000 })
  description?: string | null;

  @Choice(PROGRAM_STATUSES, {
    optional: true,
    description: 'Points move only in an active program; an ended one stays ended.',
    example: 'active',
  })
  status?: ProgramStatus;

  @Flag({ optional: true, description: 'The program that is meant where none is named.', example: true })
  is_default?: boolean;

  @Currency({ optional: true, description: 'The currency of purchases; fixed once members have wallets.' })
  currency?: string;

  @Decimal({ optional: true, description: 'Points for one unit of the currency.', example: '1' })
  points_per_unit?: string;

  @Decimal({ optional: true, nullable: true, description: 'What one point is worth in the currency.', example: '0.25' })
  point_value?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The smallest redemption or hold, in points.', example: '10' })
  min_redeem?: string | null;

  @Decimal({ optional: true, nullable: true, description: 'The largest redemption or hold, in points.', example: '100000' })
  max_redeem?: string | null;

  @Moment({ optional: true, nullable: true })
  starts_at?: string | null;

  @Moment({ optional: true, nullable: true })
  ends_at?: string | null;

  @Integer({
    min: 0,
    max: 365,
    optional: true,
    description:
      'How many days, in the time zone of the tenant, the points of a purchase are pending: they become available as the day so many days after that of the purchase begins, and their validity starts there. 0: at once. `available_at` of the caller goes before it; a change concerns points earned later.',
    example: 0,
  })
  activation_days?: number;

  @Nested(() => ExpiryPolicyDto, { optional: true, description: 'How long points last; a change concerns points earned later.' })
  expiry_policy?: ExpiryPolicyDto;

  @Choice(['expiry_first', 'fifo'], { optional: true, description: 'Which lots a redemption uses first.', example: 'expiry_first' })
  consumption_order?: DebitOrder;

  @Nested(() => RoundingDto, { optional: true })
  rounding?: RoundingDto;

  @Choice(RETURN_POLICIES, {
    optional: true,
    description:
      'What a refund takes when the points are spent: pending points only, what is there, or the rest as a debt that the next points settle.',
    example: 'within_balance',
  })
  return_policy?: (typeof RETURN_POLICIES)[number];

  @Choice(['restore_with_grace', 'restore_and_expire'], {
    optional: true,
    description: 'What a reversed redemption does with points whose date has passed: days of grace, or none.',
    example: 'restore_with_grace',
  })
  reversal_policy?: 'restore_with_grace' | 'restore_and_expire';

  @Integer({ min: 0, max: 3_650, optional: true, description: 'The days of grace.', example: 30 })
  grace_days?: number;

  @ListOf(() => RedeemLimitDto, { max: 4, optional: true, description: 'At most one for each cycle; holds count when they are placed.' })
  redeem_limits?: RedeemLimitDto[];

  @Nested(() => EarnCapsDto, { optional: true, description: 'The most that members earn by purchases, whatever the rules give.' })
  earn_caps?: EarnCapsDto;

  @Decimal({
    optional: true,
    nullable: true,
    description: 'Manual credits and debits of more points need a second person; none does where it is null.',
    example: '1000',
  })
  approval_threshold?: string | null;

  @Decimal({
    optional: true,
    nullable: true,
    description:
      'Members redeem and transfer so many points at once, or more, only with a one-time code that they are mailed; null: without.',
    example: '5000',
  })
  otp_threshold?: string | null;

  @Flag({
    optional: true,
    description: "Whether integrators' own redemptions, holds and transfers need the code of the member alike.",
    example: false,
  })
  otp_for_integrators?: boolean;

  @Flag({ optional: true, description: 'Whether a batch enrolls members whose reference is new.', example: true })
  enroll_on_first_sight?: boolean;

  @Text({
    optional: true,
    nullable: true,
    max: 2_000,
    pattern: /^https:\/\/\S+$/,
    hint: 'Must be an https address.',
    example: 'https://bank.example/terms',
  })
  terms_url?: string | null;

  /** The program as it is to be: `known` with what is given here. */
  static over(known: ProgramInput, dto: UpdateProgramDto): ProgramInput {
    const given = <K extends keyof UpdateProgramDto, V>(name: K, otherwise: V): Exclude<UpdateProgramDto[K], undefined> | V =>
      dto[name] === undefined ? otherwise : (dto[name] as Exclude<UpdateProgramDto[K], undefined>);
    const { terms } = known;
    return {
      code: given('code', known.code),
      name: given('name', known.name),
      description: given('description', known.description),
      termsUrl: given('terms_url', known.termsUrl),
      status: given('status', known.status),
      isDefault: given('is_default', known.isDefault),
      scale: known.scale,
      startsAt: moment(dto.starts_at, known.startsAt),
      endsAt: moment(dto.ends_at, known.endsAt),
      terms: {
        currency: given('currency', terms.currency),
        points_per_unit: given('points_per_unit', terms.points_per_unit),
        point_value: given('point_value', terms.point_value),
        min_redeem: given('min_redeem', terms.min_redeem),
        max_redeem: given('max_redeem', terms.max_redeem),
        activation_days: given('activation_days', terms.activation_days),
        expiry_policy: dto.expiry_policy ? readExpiry(dto.expiry_policy) : terms.expiry_policy,
        consumption_order: given('consumption_order', terms.consumption_order),
        rounding: dto.rounding ? { mode: dto.rounding.mode } : terms.rounding,
        return_policy: given('return_policy', terms.return_policy),
        reversal_policy: given('reversal_policy', terms.reversal_policy),
        grace_days: given('grace_days', terms.grace_days),
        redeem_limits: dto.redeem_limits?.map(readLimit) ?? terms.redeem_limits,
        earn_caps: dto.earn_caps ? { ...DEFAULT_TERMS.earn_caps, ...defined(dto.earn_caps) } : terms.earn_caps,
        approval_threshold: given('approval_threshold', terms.approval_threshold),
        otp_threshold: given('otp_threshold', terms.otp_threshold),
        otp_for_integrators: given('otp_for_integrators', terms.otp_for_integrators),
        enroll_on_first_sight: given('enroll_on_first_sight', terms.enroll_on_first_sight),
      },
    };
  }
}

const moment = (given: string | null | undefined, known: Date | null): Date | null =>
  given === undefined ? known : given === null ? null : new Date(given);

const readLimit = ({ per, points, count }: RedeemLimitDto): RedeemLimit => ({ per, points: points ?? null, count: count ?? null });

const defined = (caps: EarnCapsDto): Partial<EarnCaps> =>
  Object.fromEntries(Object.entries(caps).filter(([, value]) => value !== undefined)) as Partial<EarnCaps>;

/** A policy has the fields of its type, and no others: one that would change nothing is a mistake of the caller. */
function readExpiry({ type, ...rest }: ExpiryPolicyDto): ExpiryPolicy {
  const length = ['days', 'months', 'round_up_to'];
  const fields: string[] = { none: [], calendar: ['period'], rolling: length, sliding: length }[type];
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const errors: [string, string[]][] = given
    .filter(([name]) => !fields.includes(name))
    .map(([name]) => [`expiry_policy.${name}`, [`Not with type ${type}.`]]);
  if (type === 'calendar' && !rest.period) errors.push(['expiry_policy.period', ['A calendar expiry needs a period.']]);
  if (errors.length > 0) throw ValidationFailed.with({ errors: Object.fromEntries(errors) });
  return { type, ...Object.fromEntries(given) } as ExpiryPolicy;
}

/** A new program: a name, a code and a currency; the rest has the defaults of the field's usual practice. */
export class CreateProgramDto extends UpdateProgramDto {
  @Text({ max: 200, example: 'Everyday points' })
  declare name: string;

  @Text({
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    max: 64,
    hint: 'Must be letters, digits, - and _, at most 64.',
    example: 'everyday',
  })
  declare code: string;

  @Currency()
  declare currency: string;

  @Integer({ min: 0, max: 4, optional: true, description: 'Decimals that points may have; fixed from the start.', example: 0 })
  scale?: number;

  static toInput(dto: CreateProgramDto): ProgramInput {
    const empty = {
      code: '',
      name: '',
      description: null,
      termsUrl: null,
      status: 'draft' as const,
      isDefault: false,
      startsAt: null,
      endsAt: null,
    };
    return UpdateProgramDto.over({ ...empty, scale: dto.scale ?? 0, terms: { ...DEFAULT_TERMS, currency: '' } }, dto);
  }
}

/** The whole of a program: what an update by PUT replaces it with. `scale` may be repeated, never changed. */
export class ReplaceProgramDto extends CreateProgramDto {
  static replacing(known: Program, dto: ReplaceProgramDto): ProgramInput {
    const input = CreateProgramDto.toInput(dto);
    return { ...input, scale: dto.scale ?? known.scale, isDefault: dto.is_default ?? known.isDefault, status: dto.status ?? known.status };
  }
}

/** A program as it stands; `version` grows with every change of its terms. */
export class ProgramDto {
  @Uuid()
  id: string;

  @Text({ example: 'Everyday points' })
  name: string;

  @Text({ example: 'everyday' })
  code: string;

  @Text({ nullable: true, max: 2_000 })
  description: string | null;

  @Choice(PROGRAM_STATUSES, { example: 'active' })
  status: string;

  @Flag({ example: true })
  is_default: boolean;

  @Integer({ min: 0, max: 4, example: 0 })
  scale: number;

  @Integer({ min: 1, max: 1_000_000, example: 1 })
  version: number;

  @Currency()
  currency: string;

  @Decimal({ example: '1' })
  points_per_unit: string;

  @Decimal({ nullable: true, example: '0.25' })
  point_value: string | null;

  @Decimal({ nullable: true, example: '10' })
  min_redeem: string | null;

  @Decimal({ nullable: true, example: '100000' })
  max_redeem: string | null;

  @Moment({ nullable: true })
  starts_at: string | null;

  @Moment({ nullable: true })
  ends_at: string | null;

  @Integer({ min: 0, max: 365, example: 0 })
  activation_days: number;

  @Nested(() => ExpiryPolicyDto)
  expiry_policy: ExpiryPolicy;

  @Choice(['expiry_first', 'fifo'], { example: 'expiry_first' })
  consumption_order: string;

  @Nested(() => RoundingDto)
  rounding: { mode: string };

  @Choice(RETURN_POLICIES, { example: 'within_balance' })
  return_policy: string;

  @Choice(['restore_with_grace', 'restore_and_expire'], { example: 'restore_with_grace' })
  reversal_policy: string;

  @Integer({ min: 0, max: 3_650, example: 30 })
  grace_days: number;

  @ListOf(() => RedeemLimitDto, { max: 4 })
  redeem_limits: readonly RedeemLimit[];

  @Nested(() => EarnCapsDto)
  earn_caps: EarnCaps;

  @Decimal({ nullable: true, example: '1000' })
  approval_threshold: string | null;

  @Decimal({ nullable: true, example: '5000' })
  otp_threshold: string | null;

  @Flag({ example: false })
  otp_for_integrators: boolean;

  @Flag({ example: true })
  enroll_on_first_sight: boolean;

  @Text({ nullable: true, max: 2_000 })
  terms_url: string | null;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(program: Program): ProgramDto {
    const { id, name, code, description, status, isDefault, scale, version, terms, termsUrl } = program;
    return {
      id,
      name,
      code,
      description,
      status,
      is_default: isDefault,
      scale,
      version,
      ...terms,
      terms_url: termsUrl,
      starts_at: program.startsAt?.toISOString() ?? null,
      ends_at: program.endsAt?.toISOString() ?? null,
      created_at: program.createdAt.toISOString(),
      updated_at: program.updatedAt.toISOString(),
    };
  }
}
