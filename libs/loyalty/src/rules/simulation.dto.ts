import { Points, parseDecimal } from '@tallystick/kernel';
import {
  Choice,
  Currency,
  Flag,
  Integer,
  ListOf,
  Moment,
  Nested,
  PointsValue,
  Text,
  Uuid,
  ValidationFailed,
  Words,
  field,
} from '@tallystick/platform';
import type { Program } from '../programs/program.js';
import { CutDto } from '../transactions/transaction.dto.js';
import { rawOf } from './fraction.policy.js';
import type { MeasuredEarning } from './measure-earning.policy.js';
import type { SimulatedPurchase } from './simulate-earning.query.js';

class SimulatedMerchantDto {
  @Text({ optional: true, max: 200, example: 'CORNER BOOKS 0042' })
  descriptor?: string;

  @Text({ optional: true, pattern: /^\d{4}$/, max: 4, hint: 'Must be a merchant category code of four digits.', example: '5942' })
  mcc?: string;

  @Text({ optional: true, max: 100 })
  merchant_id?: string;
}

/** The most decimals that any currency has. */
const FINEST = 4;

const AMOUNT: Parameters<typeof field>[0] = {
  name: 'amount',
  schema: {
    oneOf: [
      { type: 'string', pattern: '^\\d{1,30}(\\.\\d{1,30})?$', maxLength: 61 },
      { type: 'number', minimum: 0 },
    ],
  },
  check: (value) => {
    const units = typeof value === 'number' || typeof value === 'string' ? parseDecimal(value, FINEST) : 'not_a_number';
    return typeof units === 'bigint' && units >= 0n;
  },
  message: `Must be an amount of 0 or more with at most ${FINEST} decimals.`,
};

/** A purchase that was not made. */
export class SimulateEarningDto {
  @Uuid({ optional: true, description: 'Our id of the member. Without it and `member_reference` the purchase is that of a new member.' })
  member_id?: string;

  @Text({ optional: true, max: 200, description: "The tenant's own id of the member.", example: 'CUST-1001' })
  member_reference?: string;

  @field(AMOUNT, { example: '1250.00' })
  amount: number | string;

  @Currency({ example: 'USD' })
  currency: string;

  @Nested(() => SimulatedMerchantDto, { optional: true })
  merchant?: SimulatedMerchantDto;

  @Text({ optional: true, max: 100 })
  product_code?: string;

  @Text({ optional: true, max: 50 })
  channel?: string;

  @field(AMOUNT, { optional: true, description: 'What of `amount` is paid with points: it earns nothing.', example: '250.00' })
  paid_with_points?: number | string;

  @Moment({ optional: true, description: 'When the purchase is made; now when left out.' })
  occurred_at?: string;

  @Words({
    optional: true,
    max: 20,
    description: 'Ids of rules of any status to count in, by their latest version: drafts too.',
    example: [],
  })
  rule_ids?: string[];

  /** Throws `validation_error` for two names of a member, or an id that is none. */
  static read(dto: SimulateEarningDto, programId: string): SimulatedPurchase {
    const { member_id: id, member_reference: reference, occurred_at, rule_ids = [], merchant, ...purchase } = dto;
    if (id !== undefined && reference !== undefined)
      throw ValidationFailed.with({ errors: { member_id: ['Give either member_id or member_reference.'] } });
    if (!rule_ids.every((rule) => UUID.test(rule))) throw ValidationFailed.with({ errors: { rule_ids: ['Each must be a UUID.'] } });
    return {
      programId,
      member: id !== undefined ? { id } : reference !== undefined ? { reference } : null,
      purchase: { ...purchase, ...(merchant && { merchant: { ...merchant } }) },
      ...(occurred_at !== undefined && { occurredAt: new Date(occurred_at) }),
      ruleIds: rule_ids,
    };
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the program's own rate gives. */
class SimulatedRateDto {
  @PointsValue({ example: 1250 })
  points: number;

  @Text({ max: 1_000, example: '1 points for 1 USD of 1250.00, rounded floor.' })
  reason: string;

  @ListOf(() => CutDto, { max: 10, description: "The program's own caps that took something away." })
  cuts: CutDto[];
}

/** What one rule says to the purchase. */
class SimulatedRuleDto {
  @Uuid()
  id: string;

  @Text({ max: 64, example: 'weekend-double' })
  code: string;

  @Text({ max: 200, example: 'Double points on weekends' })
  name: string;

  @Integer({ min: 1, max: 1_000_000, example: 1 })
  version: number;

  @Flag({ example: true })
  applies: boolean;

  @PointsValue({ example: 1000 })
  points: number;

  @Words({ max: 50, description: 'Why it gives that, or each condition that is not met.', example: ['Times 2 what the rates give.'] })
  reasons: readonly string[];

  @ListOf(() => CutDto, { max: 10, description: 'Caps and budgets that took something away.' })
  cuts: CutDto[];
}

/** What a purchase would earn. */
export class SimulationDto {
  @Uuid()
  program_id: string;

  @Integer({ min: 1, max: 1_000_000, example: 1 })
  program_version: number;

  @PointsValue({ example: 2250 })
  points: number;

  @Text({
    max: 2_000,
    description: 'The exact sum before its one rounding and the limits, in smallest units.',
    example: '250000000/100000',
  })
  raw: string;

  @Choice(['floor', 'half_up', 'half_even'], { example: 'floor' })
  rounding: string;

  @Nested(() => SimulatedRateDto, { description: "The program's own rate." })
  rate: SimulatedRateDto;

  @ListOf(() => SimulatedRuleDto, { max: 10_000, description: 'Each rule, the highest priority first.' })
  rules: SimulatedRuleDto[];

  static from(program: Program, { units, raw, given, verdicts }: MeasuredEarning): SimulationDto {
    const points = (amount: bigint): number => Points.of(amount, program.scale).toNumber();
    const [rate] = given;
    return {
      program_id: program.id,
      program_version: program.version,
      points: points(units),
      raw: rawOf(raw),
      rounding: program.terms.rounding.mode,
      rate: { points: points(BigInt(rate?.units ?? 0)), reason: rate?.reason ?? '', cuts: [...(rate?.cuts ?? [])] },
      rules: verdicts.map(({ rule, applies, units: gives, reasons, cuts }) => ({
        id: rule.id,
        code: rule.code,
        name: rule.definition.name,
        version: rule.version,
        applies,
        points: points(gives),
        reasons,
        cuts: [...cuts],
      })),
    };
  }
}
