import type { DebitOrder, LapsedPolicy } from './commands.js';
import type { AccountState, LedgerState, LotState } from './state.js';

/** A part of one lot. */
export interface Portion {
  readonly lot: LotState;
  readonly amount: bigint;
}

/** What of a lot no hold covers. */
export const freeOf = (lot: LotState): bigint => lot.remaining - lot.held;

/** Whether a lot's last moment has passed, swept by the worker or not. */
export const hasLapsed = (lot: LotState, now: Date): boolean => lot.expiresAt !== null && lot.expiresAt <= now;

/** Whether a lot can be spent now: neither pending nor expired (C1.2). */
export const isLive = (lot: LotState, now: Date): boolean => lot.availableAt <= now && !hasLapsed(lot, now);

/** Until when points live on that come back to a lapsed lot; null where they expire at once (C2.2). */
export function graceUntil(lapsed: LapsedPolicy, now: Date): Date | null {
  const until = lapsed.policy === 'grace' ? lapsed.until(now) : now;
  return until > now ? until : null;
}

const byAge = (a: LotState, b: LotState): number => a.earnedAt.getTime() - b.earnedAt.getTime() || (a.id < b.id ? -1 : 1);

function byExpiry(a: LotState, b: LotState): number {
  if (a.expiresAt === null || b.expiresAt === null) return Number(a.expiresAt === null) - Number(b.expiresAt === null);
  return a.expiresAt.getTime() - b.expiresAt.getTime();
}

/** Lots in the order in which debits use them (C1.3): earliest expiry first with open ends last, or oldest first. */
export function inDebitOrder(lots: readonly LotState[], order: DebitOrder = 'expiry_first'): LotState[] {
  return [...lots].sort(order === 'fifo' ? byAge : (a, b) => byExpiry(a, b) || byAge(a, b));
}

/** Takes up to `amount` out of what is free in `lots`, in their order. */
export function takeFrom(lots: readonly LotState[], amount: bigint): Portion[] {
  const portions: Portion[] = [];
  for (const lot of lots) {
    if (amount <= 0n) break;
    const part = freeOf(lot) < amount ? freeOf(lot) : amount;
    if (part > 0n) portions.push({ lot, amount: part });
    amount -= part > 0n ? part : 0n;
  }
  return portions;
}

/** The sum of portions. */
export const sumOf = (portions: readonly Portion[]): bigint => portions.reduce((sum, portion) => sum + portion.amount, 0n);

/** The lots of an account that can be spent now. */
export const liveLots = (state: LedgerState, accountId: string, now: Date): LotState[] =>
  (state.lotsOf.get(accountId) ?? []).filter((lot) => isLive(lot, now));

/** What an account can be debited now: its live lots less holds (C1.2), or its balance above the floor; null when it has no limit. */
export function availableOn(state: LedgerState, account: AccountState, now: Date): bigint | null {
  if (account.lotted) return liveLots(state, account.id, now).reduce((sum, lot) => sum + freeOf(lot), 0n);
  return account.floor === null ? null : account.posted - account.held - account.floor;
}
