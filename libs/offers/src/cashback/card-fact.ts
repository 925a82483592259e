import type { CardDetails } from './card-transaction.js';

/** Which merchant a card transaction was made at, as far as that is known. */
export type MatchedMerchant =
  | { readonly status: 'matched'; readonly merchantId: string; readonly by: 'identifier' | 'likeness' | 'staff' }
  | { readonly status: 'ambiguous' }
  | { readonly status: 'unknown' };

interface Told {
  readonly source: string;
  readonly reference: string;
  readonly memberId: string;
  readonly memberActive: boolean;
  readonly currency: string;
  /** In minor units, above 0. */
  readonly amount: bigint;
  readonly occurredAt: Date;
  readonly details: CardDetails;
}

/** A purchase was authorized. */
export interface Authorization extends Told {
  readonly kind: 'authorization';
  readonly merchant: MatchedMerchant;
}

/** A purchase, or a part of it, cleared: under its own id, or one that names it in `originalReference`. */
export interface Clearing extends Told {
  readonly kind: 'clearing';
  readonly merchant: MatchedMerchant;
  readonly part: number;
  readonly originalReference: string | null;
  readonly settledAt: Date;
}

/** Money of a purchase went back; or (`stage` authorized) its authorization was given up, whole or in part. */
export interface Return extends Told {
  readonly kind: 'refund' | 'reversal';
  readonly stage: 'approved' | 'settled';
  readonly originalReference: string;
  readonly settledAt: Date;
}

/** What an institution tells of a card. */
export type CardFact = Authorization | Clearing | Return;
