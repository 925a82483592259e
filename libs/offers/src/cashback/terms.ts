import type { Rounding } from './split.policy.js';

/** The length of the period of a cap, in the tenant's zone; weeks are ISO's. */
export type CapPeriod = 'day' | 'week' | 'month';

/** What a version of an offer says about money; amounts in the minor unit of its currency, shares in basis points. */
export interface Terms {
  readonly kind: 'first_time' | 'recurring';
  readonly currency: string;
  readonly rateBps: number | null;
  readonly fixedAmount: bigint | null;
  readonly rounding: Rounding;
  readonly minAmount: bigint | null;
  readonly capPerTransaction: bigint | null;
  readonly capPerPeriod: bigint | null;
  readonly capPeriod: CapPeriod | null;
  readonly perUserLimit: number | null;
  readonly fundedByMerchant: number;
  readonly fundedByInstitution: number;
  readonly fundedByPlatform: number;
  readonly shareCustomer: number;
  readonly shareInstitution: number;
  readonly sharePlatform: number;
}

/** The columns of `offer` that make its terms, as the driver gives them; a stored version names them alike. */
export interface TermsRow {
  kind: Terms['kind'];
  currency: string;
  rate_bps: number | null;
  fixed_amount: string | number | null;
  rounding: Rounding;
  min_amount: string | number | null;
  cap_per_transaction: string | number | null;
  cap_per_period: string | number | null;
  cap_period: CapPeriod | null;
  per_user_limit: number | null;
  funded_by_merchant: number;
  funded_by_institution: number;
  funded_by_platform: number;
  share_customer: number;
  share_institution: number;
  share_platform: number;
}

const amount = (value: string | number | null | undefined): bigint | null => (value === null || value === undefined ? null : BigInt(value));

/** Reads terms from the columns of an offer, or from a stored version. */
export const readTerms = (row: TermsRow): Terms => ({
  kind: row.kind,
  currency: row.currency,
  rateBps: row.rate_bps ?? null,
  fixedAmount: amount(row.fixed_amount),
  rounding: row.rounding,
  minAmount: amount(row.min_amount),
  capPerTransaction: amount(row.cap_per_transaction),
  capPerPeriod: amount(row.cap_per_period),
  capPeriod: row.cap_period ?? null,
  perUserLimit: row.per_user_limit ?? null,
  fundedByMerchant: row.funded_by_merchant,
  fundedByInstitution: row.funded_by_institution,
  fundedByPlatform: row.funded_by_platform,
  shareCustomer: row.share_customer,
  shareInstitution: row.share_institution,
  sharePlatform: row.share_platform,
});
