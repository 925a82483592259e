import type { CardTransaction } from './card-transaction.js';
import type { Terms } from './terms.js';

/** An offer with what is left of it. */
export interface BookedOffer {
  readonly id: string;
  readonly merchantId: string;
  readonly version: number;
  /** Whether it is active, and its merchant is. */
  readonly active: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly requiresActivation: boolean;
  readonly budget: bigint | null;
  readonly terms: Terms;
  /** What funders pay in sum for what stands. */
  spent: bigint;
  readonly spentBefore: bigint;
}

/** What of an offer a customer has used. */
export interface Counter {
  readonly offerId: string;
  readonly memberId: string;
  readonly period: string;
  cashback: bigint;
  rewards: number;
}

/** A customer's purchases at a merchant: rewarded ones that stand, and those whose reward was taken back whole. */
export interface History {
  standing: number;
  takenBack: number;
}

/** The period of a counter that never starts anew. */
export const EVER = 'ever';

export const counterKey = (offerId: string, memberId: string, period: string): string => `${offerId} ${memberId} ${period}`;
export const transactionKey = (type: string, source: string, reference: string): string => `${type} ${source} ${reference}`;
export const clearingKey = (source: string, reference: string, part: number): string => `${source} ${part} ${reference}`;
export const originKey = (source: string, reference: string): string => `${source} ${reference}`;
export const pairKey = (one: string, other: string): string => `${one} ${other}`;

/** All that the card facts of a list may depend on, read under the lock of cashback; deciding works on it in place. */
export interface CashbookWorld {
  readonly now: Date;
  readonly zone: string;
  readonly byId: Map<string, CardTransaction>;
  /** By `transactionKey`. */
  readonly transactions: Map<string, CardTransaction>;
  /** By `clearingKey`. */
  readonly clearings: Map<string, { readonly purchaseId: string; readonly amount: bigint }>;
  /** The purchase that cleared under a reference, by `originKey`. */
  readonly clearedAs: Map<string, string>;
  /** Refunds and reversals that wait for a purchase, by `originKey` of it, in their order. */
  readonly waiting: Map<string, CardTransaction[]>;
  readonly offers: Map<string, BookedOffer>;
  readonly offersOf: Map<string, BookedOffer[]>;
  /** Terms of versions that are no longer the offer's, by `pairKey` of offer and version. */
  readonly formerTerms: Map<string, Terms>;
  /** When a customer activated an offer, by `pairKey` of offer and member. */
  readonly activations: Map<string, Date>;
  /** By `counterKey`. */
  readonly counters: Map<string, Counter>;
  /** By `pairKey` of member and merchant. */
  readonly histories: Map<string, History>;
}

export const emptyWorld = (now: Date, zone: string): CashbookWorld => ({
  now,
  zone,
  byId: new Map(),
  transactions: new Map(),
  clearings: new Map(),
  clearedAs: new Map(),
  waiting: new Map(),
  offers: new Map(),
  offersOf: new Map(),
  formerTerms: new Map(),
  activations: new Map(),
  counters: new Map(),
  histories: new Map(),
});
