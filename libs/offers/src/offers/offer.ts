export const OFFER_STATUSES = ['draft', 'active', 'paused', 'ended'] as const;
export type OfferStatus = (typeof OFFER_STATUSES)[number];

/** For a customer's first rewarded purchase at the merchant alone, or for each. */
export const OFFER_KINDS = ['first_time', 'recurring'] as const;
export type OfferKind = (typeof OFFER_KINDS)[number];

export const ROUNDINGS = ['floor', 'half_up', 'half_even'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export const CAP_PERIODS = ['day', 'week', 'month'] as const;
export type CapPeriod = (typeof CAP_PERIODS)[number];

/** Basis points; they sum to 10,000. */
export interface Funding {
  readonly merchant: number;
  readonly institution: number;
  readonly platform: number;
}

/** Basis points; they sum to 10,000, and the customer's is above 0. */
export interface Shares {
  readonly customer: number;
  readonly institution: number;
  readonly platform: number;
}

/** What an offer promises and who pays for it. Amounts count the minor unit of `currency`. */
export interface OfferTerms {
  readonly name: string;
  readonly kind: OfferKind;
  readonly currency: string;
  /** Basis points of a purchase; null where the reward is `fixedAmount`. */
  readonly rateBps: number | null;
  readonly fixedAmount: bigint | null;
  readonly rounding: Rounding;
  /** Purchases below it earn nothing. */
  readonly minAmount: bigint | null;
  readonly capPerTransaction: bigint | null;
  /** Of one customer, in one `capPeriod` of the tenant's zone. */
  readonly capPerPeriod: bigint | null;
  readonly capPeriod: CapPeriod | null;
  /** Rewards of one customer. */
  readonly perUserLimit: number | null;
  /** What may be charged for all rewards together. */
  readonly budget: bigint | null;
  readonly fundedBy: Funding;
  readonly shares: Shares;
  readonly requiresActivation: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** What a merchant promises to whoever pays there by card. */
export interface Offer extends OfferTerms {
  readonly id: string;
  readonly merchantId: string;
  /** The institution's own id of the offer. */
  readonly reference: string;
  readonly status: OfferStatus;
  /** What was charged for its rewards so far. */
  readonly spent: bigint;
  /** Grows with every change of the terms; rewards name the one they were measured under. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Terms as the columns of an offer hold them, or a version of it, where moments are text. */
export interface TermsColumns {
  name: string;
  kind: OfferKind;
  currency: string;
  rate_bps: number | null;
  fixed_amount: string | null;
  rounding: Rounding;
  min_amount: string | null;
  cap_per_transaction: string | null;
  cap_per_period: string | null;
  cap_period: CapPeriod | null;
  per_user_limit: number | null;
  budget: string | null;
  funded_by_merchant: number;
  funded_by_institution: number;
  funded_by_platform: number;
  share_customer: number;
  share_institution: number;
  share_platform: number;
  requires_activation: boolean;
  starts_at: Date | string;
  ends_at: Date | string | null;
}

export interface OfferRow extends TermsColumns {
  id: string;
  merchant_id: string;
  reference: string;
  status: OfferStatus;
  spent: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** The columns of `offer o` under the names of `OfferRow`. */
export const OFFER_COLUMNS = `o.id, o.merchant_id, o.reference, o.name, o.status, o.kind, o.currency, o.rate_bps, o.fixed_amount, o.rounding, o.min_amount,
  o.cap_per_transaction, o.cap_per_period, o.cap_period, o.per_user_limit, o.budget, o.spent, o.funded_by_merchant, o.funded_by_institution,
  o.funded_by_platform, o.share_customer, o.share_institution, o.share_platform, o.requires_activation, o.starts_at, o.ends_at, o.version,
  o.created_at, o.updated_at`;

const amount = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** Reads terms from the columns of an offer, or from a version of it. */
export const readOfferTerms = (row: TermsColumns): OfferTerms => ({
  name: row.name,
  kind: row.kind,
  currency: row.currency,
  rateBps: row.rate_bps,
  fixedAmount: amount(row.fixed_amount),
  rounding: row.rounding,
  minAmount: amount(row.min_amount),
  capPerTransaction: amount(row.cap_per_transaction),
  capPerPeriod: amount(row.cap_per_period),
  capPeriod: row.cap_period,
  perUserLimit: row.per_user_limit,
  budget: amount(row.budget),
  fundedBy: { merchant: row.funded_by_merchant, institution: row.funded_by_institution, platform: row.funded_by_platform },
  shares: { customer: row.share_customer, institution: row.share_institution, platform: row.share_platform },
  requiresActivation: row.requires_activation,
  startsAt: new Date(row.starts_at),
  endsAt: row.ends_at === null ? null : new Date(row.ends_at),
});

/** Reads an offer from its row. */
export const readOffer = (row: OfferRow): Offer => ({
  ...readOfferTerms(row),
  id: row.id,
  merchantId: row.merchant_id,
  reference: row.reference,
  status: row.status,
  spent: BigInt(row.spent),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
