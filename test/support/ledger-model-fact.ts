import { type ModelAccount, type ModelLot, type Part } from './ledger-model-account.js';

/** What a fact took out of a lot, and what of it reversals have put back. */
export interface Spent extends Part {
  restored: bigint;
}
/** A leg as it was moved. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}
/** A hold. */
export interface SetAside {
  readonly id: string;
  readonly account: ModelAccount;
  readonly until: Date | null;
  captured: bigint;
  released: bigint;
  open: bigint;
  status: string;
  covers: { lot: ModelLot; amount: bigint }[];
}
/** One reversal of a fact. */
export interface Turn {
  readonly id: string;
  readonly part: bigint;
  readonly whole: bigint;
  readonly due: bigint;
  readonly last: boolean;
  readonly moves: Move[];
}
/** A fact as it was posted. */
export interface Fact {
  readonly id: string;
  readonly kind: string;
  readonly account: string;
  readonly hash?: string;
  hold?: SetAside;
  /** When all that it brought has become available. */
  ready?: Date;
  readonly moves: Move[];
  readonly spent: Map<ModelAccount, Spent[]>;
  readonly turns: Turn[];
}

/** What the model expects of one command. */
export type Expected = { readonly outcome: string } & Readonly<Record<string, unknown>>;

/** The most that one leg or hold moves. */
export const LIMIT = 1_000_000_000_000n;

/** Thrown by a rule that refuses; nothing has moved by then. */
export class Refused extends Error {
  constructor(readonly why: Readonly<Record<string, unknown>>) {
    super('refused');
  }
}
export const refuse = (reason: string, rest: object = {}): never => {
  throw new Refused({ outcome: 'refused', reason, ...rest });
};

/** Refuses what an account cannot be debited now. */
export function demand(account: ModelAccount, amount: bigint, now: Date): void {
  const available = account.available(now);
  if (available !== null && available < amount)
    refuse('insufficient', { available: available > 0n ? available : 0n, short: account.asset });
}
