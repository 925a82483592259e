import type { DebitOrder, LotTerms } from '@tallystick/ledger';

/** What one credit brought in. */
export interface ModelLot {
  readonly source: string;
  readonly age: number;
  readonly original: bigint;
  left: bigint;
  held: bigint;
  expired: bigint;
  terms: LotTerms;
}

/** A part of one lot. */
export interface Part {
  readonly lot: ModelLot;
  readonly amount: bigint;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const free = (lot: ModelLot): bigint => lot.left - lot.held;
export const total = (parts: readonly { amount: bigint }[]): bigint => parts.reduce((sum, part) => sum + part.amount, 0n);
export const lapsed = (lot: ModelLot, now: Date): boolean => lot.terms.expiresAt !== null && lot.terms.expiresAt.getTime() <= now.getTime();

/** The order of C1.3: what ends first, or what was earned first. */
export function ordered(lots: readonly ModelLot[], order: DebitOrder = 'expiry_first'): ModelLot[] {
  const end = (lot: ModelLot): number => (order === 'fifo' ? 0 : (lot.terms.expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER));
  return [...lots].sort((a, b) => end(a) - end(b) || a.terms.earnedAt.getTime() - b.terms.earnedAt.getTime() || a.age - b.age);
}

/** Up to `wanted` of what is free in the lots, in their order. */
export function pick(lots: readonly ModelLot[], wanted: bigint): Part[] {
  const parts = lots.map((lot) => {
    const amount = least(free(lot), wanted);
    wanted -= amount;
    return { lot, amount };
  });
  return parts.filter((part) => part.amount > 0n);
}

/** An account of the model: a balance, what holds set aside of it, and a plain list of lots. */
export class ModelAccount {
  balance = 0n;
  held = 0n;
  readonly lots: ModelLot[] = [];
  /** Where it owes, since it first did. */
  debt?: ModelAccount;
  /** What the balance came to at the end of each moment that changed it (C11.5). */
  readonly history = new Map<number, bigint>();

  constructor(
    readonly id: string,
    readonly asset: string,
    readonly lotted: boolean,
    readonly floor: bigint | null,
  ) {}

  change(amount: bigint, now: Date): void {
    this.balance += amount;
    this.history.set(now.getTime(), this.balance);
  }

  credit(source: string, amount: bigint, terms: LotTerms): void {
    this.lots.push({ source, age: this.lots.length, original: amount, left: amount, held: 0n, expired: 0n, terms });
  }

  spendable(now: Date): ModelLot[] {
    return this.lots.filter((lot) => lot.terms.availableAt.getTime() <= now.getTime() && !lapsed(lot, now));
  }

  /** C1.2; null where there is no limit. */
  available(now: Date): bigint | null {
    if (this.lotted) return this.spendable(now).reduce((sum, lot) => sum + free(lot), 0n);
    return this.floor === null ? null : this.balance - this.held - this.floor;
  }
}
