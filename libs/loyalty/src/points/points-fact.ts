import type { Money } from '@tallystick/kernel';

/** Who is meant: by our id, or by the tenant's own reference. */
export interface MemberRef {
  readonly id?: string;
  readonly reference?: string;
}

/** How a fact reached us: shown by `explain`, kept with the posting. */
export interface Source {
  readonly channel: string;
  readonly requestId: string;
}

/** What a fact says of itself beside what it does. */
export interface Noted {
  readonly source: Source;
  readonly narration?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Amounts as they came in: a JSON number or numeric string, read exactly against the program's scale or the currency. */
export type Decimal = string | number;

export interface Merchant {
  readonly descriptor?: string;
  readonly mcc?: string;
  readonly merchant_id?: string;
}

/** A purchase: `amount` in `currency`. What of it was paid with points, in the same currency, earns nothing (C3.8). */
export interface Purchase {
  readonly amount: Decimal;
  readonly currency: string;
  readonly merchant?: Merchant;
  readonly product_code?: string;
  readonly channel?: string;
  readonly paid_with_points?: Decimal;
}

/** What of the tenant's own settings says how much a fact moves: shown by `explain`. */
export interface PointsCause {
  readonly id: string;
  readonly version: number;
  readonly reason: string;
}

export interface EarnFact extends Noted {
  readonly kind: 'earn';
  /** Keeps natural keys of another source apart; `earn` when left out. */
  readonly keyedAs?: 'coins' | 'card';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly reference: string;
  readonly earned: { readonly points: Decimal; readonly cause?: PointsCause } | { readonly purchase: Purchase };
  /** The member's redemption that paid for `paid_with_points` of the purchase: a refund gives it back in proportion (C3.8). */
  readonly paidBy?: MemberRef;
  readonly occurredAt?: Date;
  readonly availableAt?: Date;
  readonly expiresAt?: Date;
  /** Enroll the member when the reference is new and the program says so. */
  readonly mayEnroll?: boolean;
}

/** The refund of a purchase that came as an earning under `originalReference`. */
export interface RefundFact extends Noted {
  readonly kind: 'refund';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly reference: string;
  readonly originalReference: string;
  readonly purchase: Purchase;
  readonly occurredAt?: Date;
}

/** Money that a redemption pays out in the same transaction, and what says how much. */
export interface Payout {
  readonly money: Money;
  /** The account of the tenant's funds. */
  readonly from: string;
  /** The member's cash wallet. */
  readonly to: string;
  readonly rule: PointsCause;
}

/** Who spends, and whether a one-time code of the member confirms it: a program may ask for one from so many points on. */
interface Confirmed {
  /** The member themselves; or nobody, where the tenant's own terms have points go. An integrator when left out. */
  readonly by?: 'member' | 'terms';
  /** A code that the member was mailed was given for this, and is used up with it. */
  readonly confirmed?: boolean;
}

export interface RedeemFact extends Noted, Confirmed {
  readonly kind: 'redeem';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly points: Decimal;
  readonly reference?: string;
  readonly merchantName?: string;
  readonly payout?: Payout;
}

/**
 * Whose doing it is that something is given back: whoever redeemed or bought asked for it, or it was rejected, a supplier failed, or staff
 * cancelled it (C2.3).
 */
export const RETURN_CAUSES = ['requested', 'rejected', 'supplier_failure', 'cancelled_by_staff'] as const;
export type ReturnCause = (typeof RETURN_CAUSES)[number];

export interface ReverseFact extends Noted {
  readonly kind: 'reverse';
  readonly transactionId: string;
  readonly points?: Decimal;
  readonly reason?: string;
  /** `requested` when left out. */
  readonly cause?: ReturnCause;
}

export interface HoldFact extends Noted, Confirmed {
  readonly kind: 'hold';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly points: Decimal;
  readonly reference?: string;
  /** Seconds until the hold ends by itself. */
  readonly expiresIn?: number;
}

export interface CaptureFact extends Noted {
  readonly kind: 'capture';
  readonly holdId: string;
  readonly points?: Decimal;
  readonly keepOpen?: boolean;
}

export interface ReleaseFact extends Noted {
  readonly kind: 'release';
  readonly holdId: string;
  readonly reason?: string;
  /** `requested` when left out. */
  readonly cause?: ReturnCause;
}

export interface TransferFact extends Noted, Confirmed {
  readonly kind: 'transfer';
  readonly from: MemberRef;
  readonly to: MemberRef;
  readonly programId?: string;
  readonly points: Decimal;
  readonly reference?: string;
}

/** A manual credit by staff. Approval above the program's threshold is the caller's to have. */
export interface AdjustCreditFact extends Noted {
  readonly kind: 'adjust_credit';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly points: Decimal;
  readonly reasonCode: string;
  readonly reference?: string;
  /** Left out, the program's expiry policy says. */
  readonly expiresAt?: Date;
}

/** A manual debit by staff, at most of what is available. */
export interface AdjustDebitFact extends Noted {
  readonly kind: 'adjust_debit';
  readonly member: MemberRef;
  readonly programId?: string;
  readonly points: Decimal;
  readonly reasonCode: string;
  readonly reference?: string;
}

/** Ends an earning whose points are not available yet (C3.10). */
export interface VoidFact extends Noted {
  readonly kind: 'void';
  readonly transactionId: string;
  readonly reason?: string;
}

/** The refund of a completed transaction by its id: of so many points, of so much of the purchase, or, with neither, of all that is left. */
export interface RefundTransactionFact extends Noted {
  readonly kind: 'refund_transaction';
  readonly transactionId: string;
  readonly refunded?: { readonly points: Decimal } | { readonly amount: Decimal; readonly currency: string };
  readonly reference?: string;
  readonly reason?: string;
  /** `requested` when left out. */
  readonly cause?: ReturnCause;
}

/** One thing that a caller says happened to points. */
export type PointsFact =
  | EarnFact
  | RefundFact
  | RedeemFact
  | ReverseFact
  | HoldFact
  | CaptureFact
  | ReleaseFact
  | TransferFact
  | AdjustCreditFact
  | AdjustDebitFact
  | VoidFact
  | RefundTransactionFact;
