import type { Reverse } from './commands.js';
import { expireFreed } from './expire.policy.js';
import { availableOn, freeOf, hasLapsed, inDebitOrder, liveLots, sumOf, takeFrom, type Portion } from './lots.policy.js';
import type { Posting } from './posting.js';
import type { LedgerTransaction, LotState, PostedLeg } from './state.js';
import type { Refusal, Verdict } from './verdicts.js';

const REVERSIBLE = new Set(['earn', 'redeem', 'transfer', 'capture', 'adjust']);

/** How much of the target this reversal turns, and whether nothing is left of it afterwards. */
interface Turn {
  readonly due: bigint;
  readonly part: bigint;
  readonly whole: bigint;
  readonly exhausts: boolean;
}

/** Decides a reversal: the legs turned, the lots restored (C2.1) or taken back (C3.2), never more than the target in sum. */
export function decideReverse(posting: Posting, command: Reverse): Verdict {
  const target = findTarget(posting, command);
  if (!target || target.accountId !== command.account) return { outcome: 'refused', reason: 'unknown_transaction' };
  const turn = measure(posting, command, target);
  if ('reason' in turn) return { outcome: 'refused', ...turn };

  const share = turn.due === weightOf(target) ? null : turn.due;
  const moves: { leg: PostedLeg; amount: bigint; taken: Portion[] }[] = [];
  for (const leg of target.legs) {
    const taken = takeBack(posting, command, target, leg, share ?? leg.amount);
    if ('reason' in taken) return { outcome: 'refused', ...taken };
    moves.push({ leg, ...taken });
  }
  for (const { leg, amount, taken } of moves) {
    if (amount === 0n) continue;
    for (const { lot, amount: part } of taken) posting.use(lot, { remaining: -part });
    restore(posting, command, target, leg.from, amount);
    posting.move(leg.to, leg.from, amount);
  }
  const transaction = posting.close({
    refId: target.id, once: turn.exhausts ? 'reversal' : null, part: turn.part, whole: turn.whole, due: turn.due,
    counterAccountId: posting.fact.account === target.accountId ? target.counterAccountId : target.accountId,
  });
  return { outcome: 'posted', transaction, expired: command.lapsed.policy === 'expire' ? expireFreed(posting, command.expired) : undefined };
}

function findTarget({ state }: Posting, { target }: Reverse): LedgerTransaction | undefined {
  return 'id' in target ? state.transactions.get(target.id) : state.references.get(target.reference);
}

/** The amount that parts are measured against: the first leg's, or 0 for a fact that moved nothing. */
const weightOf = (target: LedgerTransaction): bigint => target.legs[0]?.amount ?? 0n;

/** The cumulative rule (C3.6): what all parts so far come to, rounded once, less what earlier ones were due. */
function measure({ state }: Posting, command: Reverse, target: LedgerTransaction): Turn | Refusal {
  if (!REVERSIBLE.has(target.kind)) return { reason: 'not_reversible', kind: target.kind };
  const earlier = state.reversals.get(target.id) ?? [];
  const last = earlier.find((reversal) => reversal.once === 'reversal');
  if (last) return { reason: 'already_reversed', by: last.id };
  const weight = weightOf(target);
  const dueSoFar = earlier.reduce((sum, reversal) => sum + (reversal.due ?? 0n), 0n);
  if (!command.share) return { due: weight - dueSoFar, part: weight - dueSoFar, whole: weight, exhausts: true };
  const { part, whole = weight } = command.share;
  if (target.legs.length > 1 && part < whole) return { reason: 'not_reversible', kind: target.kind };
  const partSoFar = earlier.every((reversal) => reversal.whole === whole)
    ? earlier.reduce((sum, reversal) => sum + (reversal.part ?? 0n), 0n)
    : divideUp(dueSoFar * whole, weight);
  if (part <= 0n || partSoFar + part > whole) return { reason: 'outside_limits', limit: whole - partSoFar };
  const due = divideHalfUp(weight * (partSoFar + part), whole) - dueSoFar;
  return { due: due < 0n ? 0n : due, part, whole, exhausts: partSoFar + part === whole };
}

/** What the credited side gives back, out of which lots: first those the target made, then the others in debit order (C3.2). */
function takeBack(posting: Posting, command: Reverse, target: LedgerTransaction, leg: PostedLeg, due: bigint): { amount: bigint; taken: Portion[] } | Refusal {
  const { state, now } = posting;
  const account = posting.account(leg.to);
  if (!account.lotted) {
    const available = availableOn(state, account, now);
    if (available !== null && available < due) return { reason: 'insufficient', available: available < 0n ? 0n : available };
    return { amount: due, taken: [] };
  }
  const own = (state.lotsOf.get(leg.to) ?? []).filter((lot) => lot.transactionId === target.id);
  const ownFree = own.filter((lot) => !hasLapsed(lot, now));
  const pending = ownFree.filter((lot) => lot.availableAt > now);
  const others = inDebitOrder(liveLots(state, leg.to, now), command.debitOrder).filter((lot) => lot.transactionId !== target.id);
  const sources = command.shortage === 'pending_only' ? pending : [...inDebitOrder(ownFree, command.debitOrder), ...others];
  const cap = smaller(due, stillWithMember(posting, target, own));
  const taken = takeFrom(sources, command.shortage === 'refuse' ? due : cap);
  const amount = sumOf(taken);
  if (command.shortage === 'refuse' && amount < due) return { reason: 'insufficient', available: sources.reduce((sum, lot) => sum + freeOf(lot), 0n) };
  return { amount, taken };
}

/** What of an earning has neither expired (C3.5) nor been taken back before. */
function stillWithMember({ state, now }: Posting, target: LedgerTransaction, own: readonly LotState[]): bigint {
  const expired = own.reduce((sum, lot) => sum + (state.expiredOf.get(lot.id) ?? 0n) + (hasLapsed(lot, now) ? freeOf(lot) : 0n), 0n);
  const takenBack = (state.reversals.get(target.id) ?? []).reduce((sum, reversal) => sum + (reversal.legs[0]?.amount ?? 0n), 0n);
  const left = weightOf(target) - expired - takenBack;
  return left < 0n ? 0n : left;
}

/** Gives the debited side its lots back, in the reverse order of their use; lapsed ones by policy (C2.1, C2.2). */
function restore(posting: Posting, command: Reverse, target: LedgerTransaction, accountId: string, amount: bigint): void {
  const { state, now } = posting;
  if (!posting.account(accountId).lotted) return;
  const consumed = (state.uses.get(target.id) ?? []).filter((use) => use.accountId === accountId && use.remainingChange < 0n);
  for (const use of consumed.sort((a, b) => b.position - a.position)) {
    const lot = state.lots.get(use.lotId) as LotState;
    const part = smaller(amount, -use.remainingChange - restoredSoFar(posting, target, lot));
    if (part <= 0n) continue;
    amount -= part;
    const lapsed = command.lapsed;
    if (!hasLapsed(lot, now) || lapsed.policy === 'expire') posting.use(lot, { remaining: part });
    else {
      const expiresAt = new Date(Math.max((lot.expiresAt as Date).getTime(), now.getTime() + lapsed.graceMs));
      posting.openLot(accountId, part, { earnedAt: lot.earnedAt, availableAt: now, expiresAt }, lot.id);
    }
  }
  if (amount > 0n) posting.openLot(accountId, amount, { earnedAt: now, availableAt: now, expiresAt: null });
}

function restoredSoFar({ state }: Posting, target: LedgerTransaction, lot: LotState): bigint {
  const reversals = new Set((state.reversals.get(target.id) ?? []).map((reversal) => reversal.id));
  let restored = 0n;
  for (const id of reversals) for (const use of state.uses.get(id) ?? []) if (use.lotId === lot.id && use.remainingChange > 0n) restored += use.remainingChange;
  for (const child of state.lotsOf.get(lot.accountId) ?? []) if (child.parentId === lot.id && reversals.has(child.transactionId)) restored += child.original;
  return restored;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const divideHalfUp = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (2n * a + b) / (2n * b));
const divideUp = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a + b - 1n) / b);
