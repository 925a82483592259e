import { currencyExponent, formatDecimal, Money } from '@tallystick/kernel';
import {
  CAP_PERIODS,
  OFFER_KINDS,
  OFFER_STATUSES,
  ROUNDINGS,
  WHOLE,
  type CapPeriod,
  type Offer,
  type OfferChange,
  type OfferInput,
  type OfferKind,
  type OfferTerms,
  type OfferVersion,
  type Rounding,
} from '@tallystick/offers';
import { Choice, Currency, Flag, Integer, Moment, MoneyInput, MoneyText, Nested, Text, Uuid, ValidationFailed } from '@tallystick/platform';
import type { FieldOptions } from '@tallystick/platform';

const MOST_REWARDS = 1_000_000;

const BasisPoints = (options: FieldOptions & { min?: number }): PropertyDecorator => Integer({ min: 0, max: WHOLE, ...options });

/** What a purchase earns: a part of it, or a fixed amount. */
export class CashbackDto {
  @BasisPoints({
    min: 1,
    optional: true,
    nullable: true,
    description: 'Of the purchase, in hundredths of a per cent. Give this or an amount.',
    example: 500,
  })
  rate_bps?: number | null;

  @MoneyInput({ optional: true, nullable: true, description: 'In the currency of the offer. Give this or a rate.', example: null })
  amount?: string | number | null;
}

/** The most that one customer gets in a period of the tenant's zone. */
export class CapPerPeriodDto {
  @MoneyInput({ example: '500.00' })
  amount: string | number;

  @Choice(CAP_PERIODS, { description: 'Weeks begin on Monday.', example: 'month' })
  period: CapPeriod;
}

/** Who pays, in basis points that sum to 10,000. */
export class FundingDto {
  @BasisPoints({ example: 10_000 })
  merchant: number;

  @BasisPoints({ example: 0 })
  institution: number;

  @BasisPoints({ example: 0 })
  platform: number;
}

/** Who gets what is paid, in basis points that sum to 10,000. */
export class SharesDto {
  @BasisPoints({ min: 1, example: 8_000 })
  customer: number;

  @BasisPoints({ example: 1_500 })
  institution: number;

  @BasisPoints({ example: 500 })
  platform: number;
}

class TermsDto {
  @Choice(ROUNDINGS, { optional: true, description: 'half_up when left out.', example: 'half_up' })
  rounding?: Rounding;

  @MoneyInput({ optional: true, nullable: true, description: 'Purchases below it earn nothing.', example: '100.00' })
  min_amount?: string | number | null;

  @MoneyInput({ optional: true, nullable: true, description: 'The most that one purchase earns.', example: '150.00' })
  cap_per_transaction?: string | number | null;

  @Nested(() => CapPerPeriodDto, { optional: true, nullable: true })
  cap_per_period?: CapPerPeriodDto | null;

  @Integer({ min: 1, max: MOST_REWARDS, optional: true, nullable: true, description: 'Rewards of one customer at most.', example: 5 })
  per_user_limit?: number | null;

  @MoneyInput({
    optional: true,
    nullable: true,
    description: 'What all rewards together may be charged; without it there is no end.',
    example: '50000.00',
  })
  budget?: string | number | null;

  @Nested(() => FundingDto, { optional: true, description: 'All by the merchant when left out.' })
  funded_by?: FundingDto;

  @Nested(() => SharesDto, { optional: true, description: 'All to the customer when left out.' })
  shares?: SharesDto;

  @Flag({ optional: true, description: 'Whether customers earn only from when they activated it.', example: false })
  requires_activation?: boolean;

  @Moment({ optional: true, description: 'The moment of its creation when left out.' })
  starts_at?: string;

  @Moment({ optional: true, nullable: true, description: 'Open when left out.', example: '2027-03-31T18:29:59Z' })
  ends_at?: string | null;
}

/** An offer as it is drafted. */
export class CreateOfferDto extends TermsDto {
  @Uuid()
  merchant_id: string;

  @Text({ optional: true, max: 128, description: 'Your own id of the offer, unique; ours when left out.', example: 'OFF-0001' })
  reference?: string;

  @Text({ max: 200, example: 'Five per cent back' })
  name: string;

  @Choice(OFFER_KINDS, { description: "For a customer's first rewarded purchase at the merchant, or for each.", example: 'recurring' })
  kind: OfferKind;

  @Currency({ example: 'MXN' })
  currency: string;

  @Nested(() => CashbackDto)
  cashback: CashbackDto;

  /** Throws `validation_error` for an amount that the currency does not know. */
  static toInput(dto: CreateOfferDto): OfferInput {
    const { currency } = dto;
    return {
      merchantId: dto.merchant_id,
      reference: dto.reference,
      name: dto.name,
      kind: dto.kind,
      currency,
      rounding: dto.rounding ?? 'half_up',
      requiresActivation: dto.requires_activation ?? false,
      fundedBy: dto.funded_by ?? { merchant: WHOLE, institution: 0, platform: 0 },
      shares: dto.shares ?? { customer: WHOLE, institution: 0, platform: 0 },
      perUserLimit: dto.per_user_limit ?? null,
      startsAt: dto.starts_at === undefined ? undefined : new Date(dto.starts_at),
      endsAt: dto.ends_at === undefined || dto.ends_at === null ? null : new Date(dto.ends_at),
      ...NO_AMOUNTS,
      ...amountsOf(dto, dto.cashback, currency),
    };
  }
}

/** What is to change of an offer; a field left out stays, null takes it away. */
export class UpdateOfferDto extends TermsDto {
  @Text({ optional: true, max: 200, example: 'Seven per cent back' })
  name?: string;

  @Choice(OFFER_KINDS, { optional: true, example: 'recurring' })
  kind?: OfferKind;

  @Currency({ optional: true, description: 'Only of a draft; with it, every amount is to be given anew.', example: 'MXN' })
  currency?: string;

  @Nested(() => CashbackDto, { optional: true })
  cashback?: CashbackDto;

  /** Throws `validation_error` for an amount that the currency does not know. */
  static toChange(dto: UpdateOfferDto, known: Pick<Offer, 'currency' | 'rateBps'>): OfferChange {
    const currency = dto.currency ?? known.currency;
    return {
      name: dto.name,
      kind: dto.kind,
      currency: dto.currency,
      rounding: dto.rounding,
      requiresActivation: dto.requires_activation,
      fundedBy: dto.funded_by,
      shares: dto.shares,
      perUserLimit: dto.per_user_limit,
      startsAt: dto.starts_at === undefined ? undefined : new Date(dto.starts_at),
      endsAt: dto.ends_at === undefined || dto.ends_at === null ? (dto.ends_at as null | undefined) : new Date(dto.ends_at),
      // An amount of one currency is none of another.
      ...(currency !== known.currency && { ...NO_AMOUNTS, rateBps: known.rateBps }),
      ...amountsOf(dto, dto.cashback, currency),
    };
  }
}

type Amounts = Pick<OfferTerms, 'rateBps' | 'fixedAmount' | 'minAmount' | 'capPerTransaction' | 'capPerPeriod' | 'capPeriod' | 'budget'>;

const NO_AMOUNTS: Amounts = {
  rateBps: null,
  fixedAmount: null,
  minAmount: null,
  capPerTransaction: null,
  capPerPeriod: null,
  capPeriod: null,
  budget: null,
};

function amountsOf(dto: TermsDto, cashback: CashbackDto | undefined, currency: string): Partial<Amounts> {
  const errors: Record<string, string[]> = {};
  const read = (at: string, value: string | number | null): bigint | null => {
    const money = value === null ? null : Money.parse(value, currency);
    if (typeof money !== 'string') return money?.minor ?? null;
    errors[at] = [`Must be an amount of ${currency} with at most ${currencyExponent(currency)} decimals.`];
    return null;
  };
  const amounts: Partial<Amounts> = {
    ...(cashback && { rateBps: cashback.rate_bps ?? null, fixedAmount: read('cashback.amount', cashback.amount ?? null) }),
    ...(dto.min_amount !== undefined && { minAmount: read('min_amount', dto.min_amount) }),
    ...(dto.cap_per_transaction !== undefined && { capPerTransaction: read('cap_per_transaction', dto.cap_per_transaction) }),
    ...(dto.cap_per_period !== undefined && {
      capPerPeriod: read('cap_per_period.amount', dto.cap_per_period?.amount ?? null),
      capPeriod: dto.cap_per_period?.period ?? null,
    }),
    ...(dto.budget !== undefined && { budget: read('budget', dto.budget) }),
  };
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  return amounts;
}

/** What a purchase earns. */
export class CashbackTermsDto {
  @BasisPoints({ min: 1, nullable: true, example: 500 })
  rate_bps: number | null;

  @MoneyText({ nullable: true, example: null })
  amount: string | null;
}

export class CapTermsDto {
  @MoneyText({ example: '500.00' })
  amount: string;

  @Choice(CAP_PERIODS, { example: 'month' })
  period: string;
}

/** The terms of an offer; amounts are of its currency. */
export class OfferTermsDto {
  @Text({ max: 200, example: 'Five per cent back' })
  name: string;

  @Choice(OFFER_KINDS, { example: 'recurring' })
  kind: string;

  @Currency({ example: 'MXN' })
  currency: string;

  @Nested(() => CashbackTermsDto)
  cashback: CashbackTermsDto;

  @Choice(ROUNDINGS, { example: 'half_up' })
  rounding: string;

  @MoneyText({ nullable: true, example: '100.00' })
  min_amount: string | null;

  @MoneyText({ nullable: true, example: '150.00' })
  cap_per_transaction: string | null;

  @Nested(() => CapTermsDto, { nullable: true })
  cap_per_period: CapTermsDto | null;

  @Integer({ min: 1, max: MOST_REWARDS, nullable: true, example: 5 })
  per_user_limit: number | null;

  @MoneyText({ nullable: true, example: '50000.00' })
  budget: string | null;

  @Nested(() => FundingDto)
  funded_by: FundingDto;

  @Nested(() => SharesDto)
  shares: SharesDto;

  @Flag({ example: false })
  requires_activation: boolean;

  @Moment()
  starts_at: string;

  @Moment({ nullable: true, example: '2027-03-31T18:29:59Z' })
  ends_at: string | null;

  static of(terms: OfferTerms): OfferTermsDto {
    const money = (value: bigint): string => formatDecimal(value, currencyExponent(terms.currency));
    const orNull = (value: bigint | null): string | null => (value === null ? null : money(value));
    return {
      name: terms.name,
      kind: terms.kind,
      currency: terms.currency,
      cashback: { rate_bps: terms.rateBps, amount: orNull(terms.fixedAmount) },
      rounding: terms.rounding,
      min_amount: orNull(terms.minAmount),
      cap_per_transaction: orNull(terms.capPerTransaction),
      cap_per_period: terms.capPerPeriod === null ? null : { amount: money(terms.capPerPeriod), period: terms.capPeriod! },
      per_user_limit: terms.perUserLimit,
      budget: orNull(terms.budget),
      funded_by: { ...terms.fundedBy },
      shares: { ...terms.shares },
      requires_activation: terms.requiresActivation,
      starts_at: terms.startsAt.toISOString(),
      ends_at: terms.endsAt?.toISOString() ?? null,
    };
  }
}

/** An offer with its terms as they are now. */
export class OfferDto extends OfferTermsDto {
  @Uuid()
  id: string;

  @Uuid()
  merchant_id: string;

  @Text({ max: 128, example: 'OFF-0001' })
  reference: string;

  @Choice(OFFER_STATUSES, { description: 'A draft or paused one earns nothing; one that has ended is ended for good.', example: 'active' })
  status: string;

  @MoneyText({ description: 'What its rewards were charged so far.', example: '1204.50' })
  spent: string;

  @Integer({
    min: 1,
    max: 2_147_483_647,
    description: 'Grows with every change of the terms; rewards keep the one they were measured under.',
    example: 1,
  })
  version: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(offer: Offer): OfferDto {
    return {
      ...OfferTermsDto.of(offer),
      id: offer.id,
      merchant_id: offer.merchantId,
      reference: offer.reference,
      status: offer.status,
      spent: formatDecimal(offer.spent, currencyExponent(offer.currency)),
      version: offer.version,
      created_at: offer.createdAt.toISOString(),
      updated_at: offer.updatedAt.toISOString(),
    };
  }
}

/** Terms as they were. */
export class OfferVersionDto {
  @Integer({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;

  @Nested(() => OfferTermsDto)
  terms: OfferTermsDto;

  @Text({ description: 'Who made it.', example: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' })
  made_by: string;

  @Moment()
  made_at: string;

  static from({ version, terms, madeBy, madeAt }: OfferVersion): OfferVersionDto {
    return { version, terms: OfferTermsDto.of(terms), made_by: madeBy, made_at: madeAt.toISOString() };
  }
}
