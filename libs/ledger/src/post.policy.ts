import { LARGEST_POSTING } from '@tallystick/kernel';
import type { DebitOrder, Leg, LotTerms, Post } from './commands.js';
import { availableOn, inDebitOrder, liveLots, takeFrom, type Portion } from './lots.policy.js';
import type { Posting } from './posting.js';
import type { Refusal, Decided } from './verdicts.js';

/** Decides a post: all legs or none. */
export function decidePost(posting: Posting, command: Post): Decided {
  const refusal = checkLegs(posting, command.legs);
  if (refusal) return { outcome: 'refused', ...refusal };
  for (const leg of command.legs) {
    const used = debitLots(posting, leg.from, leg.amount, command.debitOrder);
    creditLots(posting, leg, used);
    posting.move(leg.from, leg.to, leg.amount);
  }
  return {
    outcome: 'posted',
    transaction: posting.close({ counterAccountId: counterOf(posting, command), availableAt: pendingUntil(posting, command) }),
  };
}

/** The other holder of a transfer between two accounts that keep lots: its statement shows the transaction too. */
const counterOf = (posting: Posting, command: Post): string | null =>
  command.legs
    .map((leg) => (leg.from === command.account ? leg.to : leg.from))
    .find((id) => id !== command.account && posting.account(id).lotted) ?? null;

/** The latest moment at which a lot of this post becomes spendable, if that is still to come. */
function pendingUntil(posting: Posting, command: Post): Date | null {
  const moments = command.legs.map((leg) => leg.lot?.availableAt.getTime() ?? 0);
  const latest = Math.max(0, ...moments);
  return latest > posting.now.getTime() ? new Date(latest) : null;
}

/** A floor is checked against all that the legs take together, whatever their order. */
function checkLegs(posting: Posting, legs: readonly Leg[]): Refusal | null {
  const debits = new Map<string, bigint>();
  for (const { from, to, amount } of legs) {
    for (const id of [from, to]) if (!posting.state.accounts.has(id)) return { reason: 'unknown_account', id };
    if (from === to || posting.account(from).assetId !== posting.account(to).assetId) return { reason: 'unknown_account', id: to };
    if (amount <= 0n || amount > LARGEST_POSTING) return { reason: 'outside_limits', limit: LARGEST_POSTING };
    debits.set(from, (debits.get(from) ?? 0n) + amount);
  }
  for (const [id, amount] of debits) {
    const available = availableOn(posting.state, posting.account(id), posting.now);
    if (available !== null && available < amount) return shortOf(posting, id, available);
  }
  return null;
}

/** An account has less than it is to give. */
export const shortOf = (posting: Posting, id: string, available: bigint): Refusal => {
  const { assetId } = posting.account(id);
  return { reason: 'insufficient', available: available < 0n ? 0n : available, ...(assetId !== posting.subject.assetId && { assetId }) };
};

/** Uses an account's lots for a debit (C1.1), in debit order. */
function debitLots(posting: Posting, accountId: string, amount: bigint, order?: DebitOrder): Portion[] {
  if (!posting.account(accountId).lotted) return [];
  const portions = takeFrom(inDebitOrder(liveLots(posting.state, accountId, posting.now), order), amount);
  for (const { lot, amount: part } of portions) posting.use(lot, { remaining: -part });
  return portions;
}

/** Opens the lots of a credit: by the leg's terms, or with the dates of the lots the points come from (C2.1). */
export function creditLots(posting: Posting, leg: Leg, used: readonly Portion[]): void {
  if (!posting.account(leg.to).lotted) return;
  if (leg.lot) return posting.openLot(leg.to, leg.amount, leg.lot);
  if (used.length === 0) return posting.openLot(leg.to, leg.amount, { earnedAt: posting.now, availableAt: posting.now, expiresAt: null });
  const byDates = new Map<string, { amount: bigint; terms: LotTerms }>();
  for (const { lot, amount } of used) {
    const key = `${lot.earnedAt.getTime()}/${lot.expiresAt?.getTime()}/${lot.slides}`;
    const terms = { earnedAt: lot.earnedAt, availableAt: lot.availableAt, expiresAt: lot.expiresAt, slides: lot.slides };
    byDates.set(key, { amount: (byDates.get(key)?.amount ?? 0n) + amount, terms });
  }
  for (const { amount, terms } of byDates.values()) posting.openLot(leg.to, amount, terms);
}
