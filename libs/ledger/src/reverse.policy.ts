import type { Reverse } from './commands.js';
import { debtOf } from './debt.policy.js';
import { expireFreed } from './expire.policy.js';
import { availableOn, freeOf, graceUntil, hasLapsed, inDebitOrder, liveLots, sumOf, takeFrom, type Portion } from './lots.policy.js';
import { shortOf } from './post.policy.js';
import type { Posting } from './posting.js';
import { heirOf, type AccountState, type LedgerState, type LedgerTransaction, type LotState, type PostedLeg } from './state.js';
import type { Refusal, Decided } from './verdicts.js';

const REVERSIBLE = new Set(['earn', 'redeem', 'transfer', 'capture', 'adjust']);

type Move = Pick<PostedLeg, 'from' | 'to' | 'amount'>;

/** How much of the target this reversal turns, and whether nothing is left of it afterwards. */
export interface Turn {
  readonly due: bigint;
  readonly part: bigint;
  /** What all parts so far come to, of `whole`. */
  readonly soFar: bigint;
  readonly whole: bigint;
  readonly exhausts: boolean;
}

/** What a credited account gives back, and out of which lots. */
interface Claim {
  amount: bigint;
  /** What it owes from now on instead of giving it (C3.4). */
  owed: bigint;
  readonly taken: readonly Portion[];
}

/** A reversal that nothing keeps from being posted. */
interface Weighed {
  readonly target: LedgerTransaction;
  readonly turn: Turn;
  readonly owed: readonly Move[];
  readonly claims: ReadonlyMap<string, Claim>;
}

/** What a reversal comes to, or why it is refused; moves nothing. */
export function weighReverse(posting: Posting, command: Reverse): Weighed | Refusal {
  const target = findTarget(posting, command);
  const { state } = posting;
  if (!target || heirOf(state, target.accountId) !== command.account) return { reason: 'unknown_transaction' };
  const turn = measure(posting, command, target);
  if ('reason' in turn) return turn;

  const share = turn.due === weightOf(target) ? null : turn.due;
  const owed = target.legs.map(({ from, to, amount }) => ({ from: heirOf(state, from), to: heirOf(state, to), amount: share ?? amount }));
  // Between two who are one by now there is nothing to give back.
  if (owed.some(({ from, to }) => from === to)) return { reason: 'not_reversible', kind: target.kind };
  const claims = new Map<string, Claim>();
  for (const [id, due] of totals(owed, 'to')) {
    const claim = takeBack(posting, command, target, id, due);
    if ('reason' in claim) return claim;
    claims.set(id, claim);
  }
  return { target, turn, owed, claims };
}

/**
 * Decides a reversal: the legs turned, the lots restored (C2.1) or taken back (C3.2), never more than the target in sum. Whose
 * holder was merged into another is not there any more: who goes on for them gives and gets in their place.
 */
export function decideReverse(posting: Posting, command: Reverse): Decided {
  const weighed = weighReverse(posting, command);
  if ('reason' in weighed) return { outcome: 'refused', ...weighed };
  const { target, turn, owed, claims } = weighed;
  const moves = owed.flatMap((move) => turnLeg(posting, move, claims.get(move.to) as Claim));
  for (const { taken } of claims.values()) for (const { lot, amount } of taken) posting.use(lot, { remaining: -amount });
  for (const [id, amount] of totals(moves, 'from')) restore(posting, command, target, id, amount);
  for (const { from, to, amount } of moves) if (amount > 0n) posting.move(to, from, amount);
  const transaction = posting.close({
    refId: target.id,
    once: turn.exhausts ? 'reversal' : null,
    part: turn.part,
    whole: turn.whole,
    due: turn.due,
    counterAccountId: target.counterAccountId && heirOf(posting.state, target.counterAccountId),
  });
  const owing = moves.length > owed.length;
  const expired = graceUntil(command.lapsed, posting.now) === null || owing ? expireFreed(posting, command.expired) : undefined;
  if (owing) for (const id of debtorsAmong(posting, command, claims)) expireFreed(posting, command.expired, id);
  return { outcome: 'posted', transaction, expired };
}

/** Who begins to owe besides the account of the reversal: what has lapsed with them, swept or not, does not pay a debt of today. */
function debtorsAmong({ state }: Posting, { account, expired }: Reverse, claims: ReadonlyMap<string, Claim>): string[] {
  const { assetId } = state.accounts.get(expired) as AccountState;
  return [...claims.keys()].filter((id) => {
    const other = state.accounts.get(id) as AccountState;
    return id !== account && other.assetId === assetId && other.debtId !== null;
  });
}

/** What of a leg is given back, and what of it is owed instead. */
function turnLeg(posting: Posting, move: Move, claim: Claim): Move[] {
  const given = smaller(claim.amount, move.amount);
  const owed = smaller(claim.owed, move.amount - given);
  claim.amount -= given;
  claim.owed -= owed;
  const turned = { ...move, amount: given };
  return owed === 0n ? [turned] : [turned, { ...move, to: debtOf(posting, posting.account(move.to)).id, amount: owed }];
}

/** A target committed while this list waited for its locks may touch accounts that are not locked: it is not seen yet. */
function findTarget({ state }: Posting, { target }: Reverse): LedgerTransaction | undefined {
  const found = 'id' in target ? state.transactions.get(target.id) : state.references.get(target.reference);
  return found?.legs.every((leg) => state.accounts.has(leg.from) && state.accounts.has(leg.to)) ? found : undefined;
}

/** The amount that parts are measured against: the first leg's, or 0 for a fact that moved nothing. */
export const weightOf = (target: LedgerTransaction): bigint => target.legs[0]?.amount ?? 0n;

/** The cumulative rule (C3.6): what all parts so far come to, rounded once, less what earlier ones were due. */
function measure({ state, now }: Posting, command: Reverse, target: LedgerTransaction): Turn | Refusal {
  if (!REVERSIBLE.has(target.kind)) return { reason: 'not_reversible', kind: target.kind };
  const earlier = state.reversals.get(target.id) ?? [];
  const last = earlier.find((reversal) => reversal.once === 'reversal');
  if (last) return { reason: 'already_reversed', by: last.id };
  const stage = target.availableAt && target.availableAt > now ? 'pending' : 'completed';
  if (command.stage && command.stage !== stage) return { reason: 'wrong_stage', stage };
  const weight = weightOf(target);
  const dueSoFar = earlier.reduce((sum, reversal) => sum + (reversal.due ?? 0n), 0n);
  if (!command.share) return { due: weight - dueSoFar, part: weight - dueSoFar, soFar: weight, whole: weight, exhausts: true };
  const { part, whole = weight } = command.share;
  if (target.legs.length > 1 && part < whole) return { reason: 'not_reversible', kind: target.kind };
  const partSoFar = earlier.every((reversal) => reversal.whole === whole)
    ? earlier.reduce((sum, reversal) => sum + (reversal.part ?? 0n), 0n)
    : divideUp(dueSoFar * whole, weight);
  if (part <= 0n || partSoFar + part > whole) return { reason: 'outside_limits', limit: whole - partSoFar };
  const soFar = partSoFar + part;
  const due = divideHalfUp(weight * soFar, whole) - dueSoFar;
  return { due, part, soFar, whole, exhausts: soFar === whole };
}

/** What a credited account gives back, out of which lots: first those the target made, then the others in debit order (C3.2). */
function takeBack(posting: Posting, command: Reverse, target: LedgerTransaction, accountId: string, due: bigint): Claim | Refusal {
  const { state, now } = posting;
  const account = posting.account(accountId);
  if (!account.lotted) {
    const available = availableOn(state, account, now);
    if (available !== null && available < due) return shortOf(posting, accountId, available);
    return { amount: due, owed: 0n, taken: [] };
  }
  const own = lotsMadeBy(state, target, accountId);
  const ownFree = own.filter((lot) => lot.accountId === accountId && !hasLapsed(lot, now));
  const pending = ownFree.filter((lot) => lot.availableAt > now);
  const others = inDebitOrder(liveLots(state, accountId, now), command.debitOrder).filter((lot) => !own.includes(lot));
  const sources = command.shortage === 'pending_only' ? pending : [...inDebitOrder(ownFree, command.debitOrder), ...others];
  const wanted = smaller(due, stillWithMember(posting, target, account, own));
  const taken = takeFrom(sources, wanted);
  const amount = sumOf(taken);
  if (command.shortage === 'refuse' && amount < due) return { reason: 'insufficient', available: amount };
  return { amount, owed: command.shortage === 'owe' && wanted > amount ? wanted - amount : 0n, taken };
}

/** What of the target's credits to an account has neither expired (C3.5) nor been taken back or owed before, out of whichever lots; may be below 0. */
function stillWithMember({ state, now }: Posting, target: LedgerTransaction, account: AccountState, own: readonly LotState[]): bigint {
  const legs = target.legs.filter(({ to }) => heirOf(state, to) === account.id);
  const credited = legs.reduce((sum, { amount }) => sum + amount, 0n);
  const expired = own.reduce((sum, lot) => sum + (state.expiredOf.get(lot.id) ?? 0n) + (hasLapsed(lot, now) ? freeOf(lot) : 0n), 0n);
  // What was given or owed so far, by this account or by one that it goes on for: all of it went back to where it had come from.
  const sources = new Set(legs.flatMap(({ from }) => [from, heirOf(state, from)]));
  const turned = (state.reversals.get(target.id) ?? []).flatMap((reversal) => reversal.legs).filter(({ to }) => sources.has(to));
  return credited - expired - turned.reduce((sum, { amount }) => sum + amount, 0n);
}

/** The lots that a transaction made for an account, on whichever accounts they have been since their holder was merged into another. */
function lotsMadeBy(state: LedgerState, target: LedgerTransaction, accountId: string): LotState[] {
  const origin = (lot: LotState): LotState => {
    const parent = lot.parentId === null ? undefined : state.lots.get(lot.parentId);
    return parent && parent.accountId !== lot.accountId ? origin(parent) : lot;
  };
  return [...(state.lotsOf.get(accountId) ?? []), ...lotsElsewhere(state, accountId)].filter((lot) => {
    const made = origin(lot);
    return made.transactionId === target.id && heirOf(state, made.accountId) === accountId;
  });
}

/** Lots of accounts that an account goes on for; none in nearly every case. */
const lotsElsewhere = (state: LedgerState, accountId: string): LotState[] =>
  [...state.accounts.values()].some(({ successorId }) => successorId === accountId)
    ? [...state.lots.values()].filter((lot) => lot.accountId !== accountId)
    : [];

/** Gives the debited side its lots back, in the reverse order of their use; lapsed ones by policy (C2.1, C2.2). */
function restore(posting: Posting, command: Reverse, target: LedgerTransaction, accountId: string, amount: bigint): void {
  const { state, now } = posting;
  if (!posting.account(accountId).lotted) return;
  const until = graceUntil(command.lapsed, now);
  const consumed = (state.uses.get(target.id) ?? []).filter(
    (use) => heirOf(state, use.accountId) === accountId && use.remainingChange < 0n,
  );
  for (const use of consumed.sort((a, b) => b.position - a.position)) {
    const lot = state.lots.get(use.lotId) as LotState;
    const part = smaller(amount, -use.remainingChange - restoredSoFar(posting, target, lot));
    if (part <= 0n) continue;
    amount -= part;
    const keepsDates = !hasLapsed(lot, now) || until === null;
    const { earnedAt, availableAt, expiresAt, slides } = lot;
    if (!keepsDates) posting.openLot(accountId, part, { earnedAt, availableAt: now, expiresAt: until, slides }, lot.id);
    else if (lot.accountId === accountId) posting.use(lot, { remaining: part });
    else posting.openLot(accountId, part, { earnedAt, availableAt, expiresAt, slides }, lot.id);
  }
  if (amount > 0n) posting.openLot(accountId, amount, { earnedAt: now, availableAt: now, expiresAt: null });
}

function restoredSoFar({ state }: Posting, target: LedgerTransaction, lot: LotState): bigint {
  const reversals = new Set((state.reversals.get(target.id) ?? []).map((reversal) => reversal.id));
  let restored = 0n;
  for (const id of reversals)
    for (const use of state.uses.get(id) ?? []) if (use.lotId === lot.id && use.remainingChange > 0n) restored += use.remainingChange;
  for (const child of [...(state.lotsOf.get(lot.accountId) ?? []), ...lotsElsewhere(state, heirOf(state, lot.accountId))])
    if (child.parentId === lot.id && reversals.has(child.transactionId)) restored += child.original;
  return restored;
}

/** What moves come to by the account on one of their sides: an account gives and gets back once, however many legs it has. */
function totals(moves: readonly Move[], side: 'from' | 'to'): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const move of moves) sums.set(move[side], (sums.get(move[side]) ?? 0n) + move.amount);
  return sums;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const divideHalfUp = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (2n * a + b) / (2n * b));
const divideUp = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a + b - 1n) / b);
