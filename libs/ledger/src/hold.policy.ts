import { LARGEST_POSTING } from '@tallystick/kernel';
import type { Capture, Hold, LapsedPolicy, Release } from './commands.js';
import { expireFreed } from './expire.policy.js';
import { availableOn, graceUntil, hasLapsed, inDebitOrder, liveLots, takeFrom, type Portion } from './lots.policy.js';
import { creditLots } from './post.policy.js';
import type { Posting } from './posting.js';
import type { HoldState, LotState } from './state.js';
import type { Decided } from './verdicts.js';

/** Decides a hold: the amount is set aside, on an account with lots in the very lots a debit would use (C1.9). */
export function decideHold(posting: Posting, command: Hold): Decided {
  const { state, now, subject } = posting;
  if (command.amount <= 0n || command.amount > LARGEST_POSTING)
    return { outcome: 'refused', reason: 'outside_limits', limit: LARGEST_POSTING };
  const available = availableOn(state, subject, now);
  if (available !== null && available < command.amount)
    return { outcome: 'refused', reason: 'insufficient', available: available < 0n ? 0n : available };
  if (subject.lotted) {
    const portions = takeFrom(inDebitOrder(liveLots(state, subject.id, now), command.debitOrder), command.amount);
    for (const { lot, amount } of portions) posting.use(lot, { held: amount }, command.id);
  }
  posting.setAside(command.amount);
  const hold: HoldState = {
    id: command.id,
    accountId: subject.id,
    amount: command.amount,
    captured: 0n,
    released: 0n,
    status: 'held',
    expiresAt: command.expiresAt,
    placedAt: now,
  };
  posting.placeHold(hold);
  return { outcome: 'posted', transaction: posting.close({ amount: command.amount }), hold: { ...hold } };
}

/** Decides a capture: posts up to what is held, out of the held lots even when they have expired since (C1.9). */
export function decideCapture(posting: Posting, command: Capture): Decided {
  const hold = posting.state.holds.get(command.holdId);
  if (hold?.accountId !== command.account) return { outcome: 'refused', reason: 'unknown_hold' };
  const ended = endedAs(hold, posting.now);
  if (ended) return { outcome: 'refused', reason: 'hold_ended', status: ended };
  const open = openOf(hold);
  const amount = command.amount ?? open;
  if (amount <= 0n || amount > open) return { outcome: 'refused', reason: 'outside_limits', limit: open };
  const ends = amount === open || !command.keepOpen;
  const used = heldPortions(posting, hold, amount);
  for (const { lot, amount: part } of used) posting.use(lot, { remaining: -part, held: -part }, hold.id);
  creditLots(posting, { from: hold.accountId, to: command.to, amount }, used);
  posting.setAside(-amount);
  posting.move(hold.accountId, command.to, amount);
  posting.changeHold(hold, { captured: hold.captured + amount });
  if (ends) free(posting, hold, 'captured');
  const counterAccountId = posting.account(command.to).lotted ? command.to : null;
  const transaction = posting.close({ refId: hold.id, once: ends ? 'hold_end' : null, counterAccountId });
  return { outcome: 'posted', transaction, hold: { ...hold }, expired: ends ? expireFreed(posting, command.expired) : undefined };
}

/** Decides a release: what is left is available again; where its date has passed it expires at once, or lives on for a while (C1.9). */
export function decideRelease(posting: Posting, command: Release): Decided {
  const hold = posting.state.holds.get(command.holdId);
  if (hold?.accountId !== command.account) return { outcome: 'refused', reason: 'unknown_hold' };
  if (hold.status !== 'held') return { outcome: 'refused', reason: 'hold_ended', status: hold.status };
  const open = openOf(hold);
  free(posting, hold, command.cause, command.lapsed);
  const transaction = posting.close({ refId: hold.id, once: 'hold_end', amount: -open });
  return { outcome: 'posted', transaction, hold: { ...hold }, expired: expireFreed(posting, command.expired) };
}

const BREAKAGE: LapsedPolicy = { policy: 'expire' };

/** What of a hold is neither captured nor released. */
export const openOf = (hold: HoldState): bigint => hold.amount - hold.captured - hold.released;

/** A hold past its time has ended, even when the worker has not come by. */
const endedAs = (hold: HoldState, now: Date): string | null =>
  hold.status !== 'held' ? hold.status : hold.expiresAt !== null && hold.expiresAt <= now ? 'expired' : null;

function free(posting: Posting, hold: HoldState, status: 'captured' | 'released' | 'expired', lapsed: LapsedPolicy = BREAKAGE): void {
  const { now } = posting;
  const rest = openOf(hold);
  const expiresAt = graceUntil(lapsed, now);
  for (const { lot, amount } of heldPortions(posting, hold, rest)) {
    const moves = expiresAt !== null && hasLapsed(lot, now);
    posting.use(lot, { remaining: moves ? -amount : 0n, held: -amount }, hold.id);
    if (moves) posting.openLot(hold.accountId, amount, { earnedAt: lot.earnedAt, availableAt: now, expiresAt, slides: lot.slides }, lot.id);
  }
  if (rest > 0n) posting.setAside(-rest);
  posting.changeHold(hold, { released: hold.released + rest, status });
}

/** Up to `amount` of what the hold still covers, in the order in which it was placed. */
function heldPortions(posting: Posting, hold: HoldState, amount: bigint): Portion[] {
  const covered = new Map<string, bigint>();
  const uses = [...(posting.state.holdUses.get(hold.id) ?? []), ...posting.ownUses()];
  for (const use of uses) if (use.holdId === hold.id) covered.set(use.lotId, (covered.get(use.lotId) ?? 0n) + use.heldChange);
  const portions: Portion[] = [];
  for (const [lotId, held] of covered) {
    const part = held < amount ? held : amount;
    if (part > 0n) portions.push({ lot: posting.state.lots.get(lotId) as LotState, amount: part });
    amount -= part > 0n ? part : 0n;
  }
  return portions;
}
