import type { LedgerState, LedgerTransaction } from './state.js';

/** In which order a debit uses the lots of an account (C1.3). */
export type DebitOrder = 'expiry_first' | 'fifo';

/**
 * What becomes of points that come back to a lot that has expired meanwhile (C2.2): a lot of their own that ends at `until`, asked with the
 * moment of the list, or breakage. An end that has come already is breakage, too.
 */
export type LapsedPolicy = { readonly policy: 'grace'; readonly until: (now: Date) => Date } | { readonly policy: 'expire' };

/** What a reversal does when the debited account has spent what it is to give back (C3.3); `owe` makes a debt of the rest (C3.4). */
export type ShortagePolicy = 'refuse' | 'take_available' | 'pending_only' | 'owe';

/** The terms of the lot that a credit makes. Without `expiresAt` it never expires. */
export interface LotTerms {
  readonly earnedAt: Date;
  readonly availableAt: Date;
  readonly expiresAt: Date | null;
  /** Whether activity of the holder moves the end on; false when left out. */
  readonly slides?: boolean;
}

/** A movement of one asset between two accounts of a tenant; `amount` in the asset's smallest unit, above 0. */
export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  /** Terms of the lot on `to`, when it keeps lots. Left out between two such accounts, the lots travel with their dates (C2.1). */
  readonly lot?: LotTerms;
}

/** What every command says of itself. */
export interface Fact {
  /** The id of the transaction to be; a UUIDv7 made by the caller. */
  readonly id: string;
  readonly kind: string;
  /** The account the fact is about: shown as the transaction's wallet. */
  readonly account: string;
  /** The natural key, unique per tenant, and the hash of the content under it; the same again answers the first result. */
  readonly reference?: { readonly key: string; readonly hash: string };
  readonly effectiveAt?: Date;
  readonly narration?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Where the fact came from and by which rule: the platform's own, no personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Activity of the holder: the sliding lots on `account` that have not lapsed and would end before `until` end then. */
  readonly slide?: { readonly until: Date };
  /** Asked when its turn comes; what it says keeps the command from being tried. Not asked for a replay. */
  readonly barred?: () => string | undefined;
  /** Told as soon as this is posted, before the turn of the next command; not for a replay or a refusal. What was given back with it comes first. */
  readonly posted?: (transaction: LedgerTransaction, state: LedgerState) => void;
}

/** Moves value by any number of balanced legs, all or none. */
export interface Post extends Fact {
  readonly act: 'post';
  readonly legs: readonly Leg[];
  readonly debitOrder?: DebitOrder;
  /**
   * Says the legs and details when the turn of this post comes, so that they can depend on what became of those before it. `legs` then
   * only name the accounts. Not called for a replay.
   */
  readonly measure?: () => Pick<Post, 'legs' | 'details'>;
}

/** Sets an amount aside: no longer available, still on the balance. The hold takes the id of the transaction. */
export interface Hold extends Fact {
  readonly act: 'hold';
  readonly amount: bigint;
  readonly expiresAt: Date | null;
  readonly debitOrder?: DebitOrder;
}

/** Posts what was held, whole (`amount` left out) or in part, to `to`; the rest is released, or stays held with `keepOpen`. */
export interface Capture extends Fact {
  readonly act: 'capture';
  readonly holdId: string;
  readonly to: string;
  readonly amount?: bigint;
  readonly keepOpen?: boolean;
  /** Where points go whose lot has expired under the hold (C1.9). */
  readonly expired: string;
}

/** Ends a hold and makes what is left of it available again. */
export interface Release extends Fact {
  readonly act: 'release';
  readonly holdId: string;
  readonly cause: 'released' | 'expired';
  /** What becomes of what has expired under the hold (C1.9); breakage when left out. */
  readonly lapsed?: LapsedPolicy;
  readonly expired: string;
}

/** A debit that paid for what a reversal turns; its account is the reversal's. */
export interface PaidBy {
  /** The id of the transaction to be that gives it back. */
  readonly id: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Turns a transaction's legs, whole or in part, as a transaction of its own; cumulative parts never exceed the whole (C2.4, C3.6). */
export interface Reverse extends Fact {
  readonly act: 'reverse';
  readonly target: { readonly id: string } | { readonly reference: string };
  /** Which part of the whole this reverses: in cents of a purchase of `whole` cents, or in points when `whole` is left out. Left out: all that is left. */
  readonly share?: { readonly part: bigint; readonly whole?: bigint };
  readonly shortage: ShortagePolicy;
  /** Refuses a target whose points have become available already (C3.10), or have not yet. */
  readonly stage?: 'pending' | 'completed';
  readonly lapsed: LapsedPolicy;
  readonly debitOrder?: DebitOrder;
  readonly expired: string;
  /**
   * Given back first, in the proportion in which the target is turned: what all parts so far come to, rounded once, less what was given
   * back before, by whomever (C3.6, C3.8).
   */
  readonly paidBy?: PaidBy;
}

/** Moves what has expired on an account to `expired`, as far as no hold covers it (C1.8). */
export interface Expire extends Fact {
  readonly act: 'expire';
  readonly expired: string;
  /** What had expired by then, where that is not now: for a worker that comes late. */
  readonly until?: Date;
}

/** Pays what the account owes out of what has become available, as every command on it does first (C3.4); moves nothing of its own. */
export interface Settle extends Fact {
  readonly act: 'settle';
}

/** Moves all of the account to another that keeps lots just as it does, or to a house account; refused while something is held on it. */
export interface HandOver extends Fact {
  readonly act: 'hand_over';
  readonly to: string;
  /** Where what has lapsed on `to` goes when a debt is handed over: it does not pay that debt. Left out for money. */
  readonly expired?: string;
}

/** One thing to be decided and posted. */
export type LedgerCommand = Post | Hold | Capture | Release | Reverse | Expire | Settle | HandOver;
