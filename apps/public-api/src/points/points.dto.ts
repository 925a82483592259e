import { parseDecimal } from '@tallystick/kernel';
import {
  RETURN_CAUSES,
  type EarnFact,
  type HoldFact,
  type MemberRef,
  type Purchase,
  type RedeemFact,
  type ReturnCause,
  type Source,
  type TransferFact,
  type CaptureFact,
  type ReverseFact,
} from '@tallystick/loyalty';
import {
  Choice,
  Currency,
  Flag,
  FreeForm,
  Integer,
  Moment,
  Nested,
  PointsInput,
  Text,
  Uuid,
  ValidationFailed,
  field,
  type FieldOptions,
} from '@tallystick/platform';
import { ConfirmingCode } from './confirmations.js';

const AMOUNT_DECIMALS = 4;

/** A purchase's amount: a decimal string or JSON number, 0 or more; the currency decides how many decimals it may have. */
const PurchaseAmount = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'amount',
      schema: {
        oneOf: [
          { type: 'string', pattern: '^\\d{1,30}(\\.\\d{1,30})?$', maxLength: 61 },
          { type: 'number', minimum: 0 },
        ],
      },
      check: (value) => {
        const units = typeof value === 'number' || typeof value === 'string' ? parseDecimal(value, AMOUNT_DECIMALS) : 'not_a_number';
        return typeof units === 'bigint' && units >= 0n;
      },
      message: `Must be an amount of 0 or more with at most ${AMOUNT_DECIMALS} decimals.`,
    },
    { example: '1250.00', ...options },
  );

/** Names a member by our id or the tenant's own reference. */
export class MemberRefDto {
  @Uuid({ optional: true, description: 'Our id of the member. Give this or `member_reference`.' })
  member_id?: string;

  @Text({ optional: true, max: 200, description: "The tenant's own id of the member.", example: 'CUST-1001' })
  member_reference?: string;

  /** Throws `validation_error` unless exactly one of the two is given. */
  static read({ member_id, member_reference }: MemberRefDto, at = ''): MemberRef {
    if ((member_id === undefined) === (member_reference === undefined)) {
      throw ValidationFailed.with({ errors: { [`${at}member_id`]: ['Give either member_id or member_reference.'] } });
    }
    return member_id === undefined ? { reference: member_reference as string } : { id: member_id };
  }
}

class NotedDto extends MemberRefDto {
  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;

  @Text({ optional: true, max: 500, description: 'Shown on the statement. Nothing personal: it is kept for ever.' })
  narration?: string;

  @FreeForm({ optional: true, description: 'Kept and given back as it is. Nothing personal: it is kept for ever.' })
  metadata?: Record<string, unknown>;
}

class MerchantDto {
  @Text({ optional: true, max: 200, example: 'CORNER BOOKS 0042' })
  descriptor?: string;

  @Text({ optional: true, pattern: /^\d{4}$/, max: 4, hint: 'Must be a merchant category code of four digits.', example: '5942' })
  mcc?: string;

  @Text({ optional: true, max: 100 })
  merchant_id?: string;
}

export class EarnPointsDto extends NotedDto {
  @Text({ max: 200, description: 'The natural key of the earning: the same again answers the first result.', example: 'PUR-2026-000123' })
  reference: string;

  @PointsInput({ optional: true, description: 'Points to give as stated. Either this or a purchase.' })
  points?: number | string;

  @PurchaseAmount({ optional: true, description: 'What the purchase cost; the program says what it earns.' })
  amount?: number | string;

  @Currency({ optional: true })
  currency?: string;

  @Nested(() => MerchantDto, { optional: true })
  merchant?: MerchantDto;

  @Text({ optional: true, max: 100 })
  product_code?: string;

  @Text({ optional: true, max: 50 })
  channel?: string;

  @PurchaseAmount({
    optional: true,
    description: 'What of `amount` was paid with points, in the same currency: it earns nothing.',
    example: '250.00',
  })
  paid_with_points?: number | string;

  @Uuid({
    optional: true,
    description:
      'The redemption (or capture) of the member that paid for it: a refund of the purchase gives its points back in proportion. It pays for one ' +
      'purchase, and is worth `paid_with_points` by the terms of the program.',
  })
  redemption_id?: string;

  @Text({ optional: true, max: 200, description: 'The same by the `reference` of the redemption.', example: 'RED-2026-000042' })
  redemption_reference?: string;

  @Moment({ optional: true, description: 'When the purchase was made; now when left out.' })
  occurred_at?: string;

  @Moment({ optional: true, description: 'When the points become available; at once when left out.' })
  available_at?: string;

  @Moment({ optional: true, description: "When the points end; by the program's policy when left out." })
  expires_at?: string;

  static toFact(dto: EarnPointsDto, source: Source): EarnFact {
    return {
      kind: 'earn',
      source,
      member: MemberRefDto.read(dto),
      programId: dto.program_id,
      reference: dto.reference,
      earned: earnedOf(dto),
      paidBy: paidByOf(dto),
      occurredAt: date(dto.occurred_at),
      availableAt: date(dto.available_at),
      expiresAt: date(dto.expires_at),
      narration: dto.narration,
      metadata: dto.metadata,
    };
  }
}

const PURCHASE_FIELDS = [
  'amount',
  'currency',
  'merchant',
  'product_code',
  'channel',
  'paid_with_points',
  'redemption_id',
  'redemption_reference',
] as const;

function paidByOf({ redemption_id: id, redemption_reference: reference }: EarnPointsDto): EarnFact['paidBy'] {
  if (id === undefined && reference === undefined) return undefined;
  if (id !== undefined && reference !== undefined)
    throw ValidationFailed.with({ errors: { redemption_id: ['Give either redemption_id or redemption_reference.'] } });
  return id === undefined ? { reference } : { id };
}

function earnedOf(dto: EarnPointsDto): EarnFact['earned'] {
  if (dto.points !== undefined) {
    const beside = PURCHASE_FIELDS.filter((name) => dto[name] !== undefined);
    if (beside.length > 0)
      throw ValidationFailed.with({ errors: Object.fromEntries(beside.map((name) => [name, ['Give either points or a purchase.']])) });
    return { points: dto.points };
  }
  const { amount, currency } = dto;
  if (amount === undefined || currency === undefined) {
    throw ValidationFailed.with({ errors: { points: ['Give either points, or amount and currency of a purchase.'] } });
  }
  const purchase: Purchase = {
    amount,
    currency,
    ...(dto.merchant && { merchant: { ...dto.merchant } }),
    ...(dto.product_code !== undefined && { product_code: dto.product_code }),
    ...(dto.channel !== undefined && { channel: dto.channel }),
    ...(dto.paid_with_points !== undefined && { paid_with_points: dto.paid_with_points }),
  };
  return { purchase };
}

export class RedeemPointsDto extends NotedDto {
  @PointsInput()
  points: number | string;

  @Text({
    optional: true,
    max: 200,
    description: 'The natural key of the redemption: the same again answers the first result.',
    example: 'RED-2026-000042',
  })
  reference?: string;

  @Text({ optional: true, max: 200, example: 'Corner Books' })
  merchant_name?: string;

  @ConfirmingCode('POINTREDEEMCONFIRM')
  otp?: string;

  static toFact(dto: RedeemPointsDto, source: Source): RedeemFact {
    const { points, reference, merchant_name: merchantName, narration, metadata } = dto;
    return {
      kind: 'redeem',
      source,
      member: MemberRefDto.read(dto),
      programId: dto.program_id,
      points,
      reference,
      merchantName,
      narration,
      metadata,
    };
  }
}

const CAUSE =
  'Whose doing it is. With `rejected`, `supplier_failure` and `cancelled_by_staff` points whose day has passed meanwhile come back for the ' +
  'days of grace of the program; with `requested`, or left out, they do as its terms say, and after a release they expire.';

export class ReversePointsDto {
  @Uuid({ description: 'The earning, redemption, capture or transfer to reverse.' })
  transaction_id: string;

  @PointsInput({ optional: true, description: 'How many points of it; all that is left when left out.' })
  points?: number | string;

  @Text({ optional: true, max: 500 })
  reason?: string;

  @Choice(RETURN_CAUSES, { optional: true, description: CAUSE, example: 'supplier_failure' })
  cause?: ReturnCause;

  static toFact({ transaction_id, points, reason, cause }: ReversePointsDto, source: Source): ReverseFact {
    return { kind: 'reverse', source, transactionId: transaction_id, points, reason, cause };
  }
}

export class HoldPointsDto extends NotedDto {
  @PointsInput()
  points: number | string;

  @Text({
    optional: true,
    max: 200,
    description: 'The natural key of the hold: the same again answers the first result.',
    example: 'CHECKOUT-77',
  })
  reference?: string;

  @Integer({
    min: 1,
    max: 31_536_000,
    optional: true,
    description: 'Seconds until the hold ends by itself; open-ended when left out.',
    example: 900,
  })
  expires_in?: number;

  @ConfirmingCode('POINTREDEEMCONFIRM')
  otp?: string;

  static toFact(dto: HoldPointsDto, source: Source): HoldFact {
    const { points, reference, expires_in: expiresIn, narration, metadata } = dto;
    return {
      kind: 'hold',
      source,
      member: MemberRefDto.read(dto),
      programId: dto.program_id,
      points,
      reference,
      expiresIn,
      narration,
      metadata,
    };
  }
}

export class CaptureHoldDto {
  @PointsInput({ optional: true, description: 'How many of the held points; all when left out.' })
  points?: number | string;

  @Flag({ optional: true, description: 'Keep the rest held instead of releasing it.' })
  keep_open?: boolean;

  static toFact({ points, keep_open }: CaptureHoldDto, holdId: string, source: Source): CaptureFact {
    return { kind: 'capture', source, holdId, points, keepOpen: keep_open };
  }
}

export class ReleaseHoldDto {
  @Text({ optional: true, max: 500 })
  reason?: string;

  @Choice(RETURN_CAUSES, { optional: true, description: CAUSE, example: 'supplier_failure' })
  cause?: ReturnCause;
}

export class TransferPointsDto {
  @Nested(() => MemberRefDto)
  from: MemberRefDto;

  @Nested(() => MemberRefDto)
  to: MemberRefDto;

  @PointsInput()
  points: number | string;

  @Uuid({ optional: true })
  program_id?: string;

  @Text({
    optional: true,
    max: 200,
    description: 'The natural key of the transfer: the same again answers the first result.',
    example: 'GIFT-9',
  })
  reference?: string;

  @Text({ optional: true, max: 500 })
  narration?: string;

  @FreeForm({ optional: true })
  metadata?: Record<string, unknown>;

  @ConfirmingCode('POINTTRANSFERCONFIRM', 'sender')
  otp?: string;

  static toFact(dto: TransferPointsDto, source: Source): TransferFact {
    const { points, reference, narration, metadata } = dto;
    return {
      kind: 'transfer',
      source,
      from: MemberRefDto.read(dto.from, 'from.'),
      to: MemberRefDto.read(dto.to, 'to.'),
      programId: dto.program_id,
      points,
      reference,
      narration,
      metadata,
    };
  }
}

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
