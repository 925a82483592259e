import type { Category } from '../merchants/category.js';

/** For whom offers are chosen: their member ids, also those that were merged into theirs, and what is known as of when the list was begun. */
export interface Customer {
  readonly memberIds: readonly string[];
  /** Whether they have bought anything; who has not is shown what is popular. */
  readonly isKnown: boolean;
  /** Purchases that were recorded later do not change a list that was begun. ISO, with microseconds. */
  readonly at: string;
  readonly generation: string;
  readonly likeness: string;
  readonly ownWeight: number;
  readonly categoryWeight: number;
}

/** What a list goes on with that was begun: as of when, and by which generation of what was learnt. */
export interface BegunList {
  readonly at: string;
  readonly generation: string;
}

export const OFFER_REASONS = ['bought_here_before', 'category_you_like', 'customers_like_you', 'popular'] as const;
export type ReasonCode = (typeof OFFER_REASONS)[number];

/** Why an offer is shown where it is. */
export interface OfferReason {
  readonly code: ReasonCode;
  /** Of `bought_here_before` the customer's within a year, of `popular` everybody's within 90 days. */
  readonly purchases: number | null;
  readonly lastBoughtAt: Date | null;
  /** Of `category_you_like`. */
  readonly category: Category | null;
  /** Of `customers_like_you`: a merchant where the customer buys, and others do who buy here. */
  readonly merchantId: string | null;
}
