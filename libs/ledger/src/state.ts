/** An account as it stands under its lock. Amounts in the asset's smallest unit. */
export interface AccountState {
  readonly id: string;
  readonly assetId: string;
  /** The least that `posted - held` may be; null for house accounts without a limit. */
  readonly floor: bigint | null;
  readonly lotted: boolean;
  /** The account on which it owes; null as long as it never has. */
  debtId: string | null;
  /** The account that goes on for this one, whose holder was merged into another; never one that has a successor itself. */
  readonly successorId: string | null;
  posted: bigint;
  held: bigint;
  seq: bigint;
}

/** What one credit brought in, as it stands. */
export interface LotState {
  readonly id: string;
  readonly accountId: string;
  readonly transactionId: string;
  readonly parentId: string | null;
  readonly original: bigint;
  remaining: bigint;
  held: bigint;
  readonly earnedAt: Date;
  readonly availableAt: Date;
  expiresAt: Date | null;
  /** Whether activity of the holder moves the end on. */
  readonly slides: boolean;
}

/** The end of a lot moved on by a transaction. */
export interface LotDate {
  readonly lotId: string;
  readonly transactionId: string;
  readonly accountId: string;
  readonly before: Date;
  readonly after: Date;
}

/** A change of one lot by one transaction: an allocation, a restoration, or a hold on it. */
export interface LotUse {
  readonly transactionId: string;
  readonly lotId: string;
  readonly accountId: string;
  readonly position: number;
  remainingChange: bigint;
  heldChange: bigint;
  readonly holdId: string | null;
}

/** A leg as posted, with the sequence of its entry on either account. */
export interface PostedLeg {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly fromSeq: bigint;
  readonly toSeq: bigint;
}

/** A transaction as recorded; never changed. */
export interface LedgerTransaction {
  readonly id: string;
  /** Follows the order of commits within the tenant, from 10,000,001. */
  number: bigint;
  readonly kind: string;
  readonly reference: string | null;
  readonly hash: string | null;
  readonly refId: string | null;
  readonly once: 'reversal' | 'hold_end' | null;
  readonly accountId: string;
  readonly counterAccountId: string | null;
  /** Signed effect on the subject account's balance; for `hold` and `release`, on what is held. */
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly heldAfter: bigint;
  readonly part: bigint | null;
  readonly whole: bigint | null;
  /** What a reversal was to move; less is moved when the points are gone (C3.3, C3.5). */
  readonly due: bigint | null;
  readonly legs: readonly PostedLeg[];
  readonly availableAt: Date | null;
  readonly effectiveAt: Date;
  readonly recordedAt: Date;
  readonly narration: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** A hold as it stands; its id is that of the transaction that placed it. */
export interface HoldState {
  readonly id: string;
  readonly accountId: string;
  readonly amount: bigint;
  captured: bigint;
  released: bigint;
  status: 'held' | 'captured' | 'released' | 'expired';
  readonly expiresAt: Date | null;
  readonly placedAt: Date;
}

/** One side of a leg on one account. */
export interface Entry {
  readonly accountId: string;
  readonly seq: bigint;
  readonly transactionId: string;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
}

/** All that a list of commands can touch, read under the locks; `decide` works on it in place. */
export interface LedgerState {
  readonly accounts: Map<string, AccountState>;
  /** Transactions by reference key, of the references in the list and of targets named by reference. */
  readonly references: Map<string, LedgerTransaction>;
  /** Targets of reversals by id. */
  readonly transactions: Map<string, LedgerTransaction>;
  /** Reversals of a target so far, by the target's id. */
  readonly reversals: Map<string, LedgerTransaction[]>;
  readonly holds: Map<string, HoldState>;
  readonly lots: Map<string, LotState>;
  /** Open lots, and those that a target or hold used, by account. */
  readonly lotsOf: Map<string, LotState[]>;
  /** Uses by transaction id. */
  readonly uses: Map<string, LotUse[]>;
  /** Uses by hold id. */
  readonly holdUses: Map<string, LotUse[]>;
  /** What of a lot has been moved out by expiry so far, by lot id (C3.5). */
  readonly expiredOf: Map<string, bigint>;
}

/** The account that what concerns an account now concerns: itself, or the one that goes on for it. */
export const heirOf = ({ accounts }: LedgerState, accountId: string): string => accounts.get(accountId)?.successorId ?? accountId;

/** A state in which nothing is known. */
export const emptyState = (): LedgerState => ({
  accounts: new Map(),
  references: new Map(),
  transactions: new Map(),
  reversals: new Map(),
  holds: new Map(),
  lots: new Map(),
  lotsOf: new Map(),
  uses: new Map(),
  holdUses: new Map(),
  expiredOf: new Map(),
});
