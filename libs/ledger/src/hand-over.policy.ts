import type { HandOver } from './commands.js';
import { debtOf, owedBy } from './debt.policy.js';
import { expireFreed } from './expire.policy.js';
import { freeOf, hasLapsed, sumOf } from './lots.policy.js';
import type { Posting } from './posting.js';
import type { Decided } from './verdicts.js';

/**
 * Decides a hand-over: all that an account has goes to another, what is still to come as well, and so does what it owes. Each lot goes on as
 * one of its own, with its dates (C2.1) and the lot that it was. What has lapsed stays, for the worker to sweep.
 */
export function decideHandOver(posting: Posting, { to, expired }: HandOver): Decided {
  const { state, now, subject } = posting;
  if (subject.held > 0n) return { outcome: 'refused', reason: 'insufficient', available: subject.posted - subject.held };
  const lots = (state.lotsOf.get(subject.id) ?? []).filter((open) => freeOf(open) > 0n && !hasLapsed(open, now));
  const portions = lots.map((open) => ({ lot: open, amount: freeOf(open) }));
  const amount = subject.lotted ? sumOf(portions) : subject.posted - (subject.floor ?? 0n);
  const owed = owedBy(state, subject);
  if (amount <= 0n && owed === 0n) return { outcome: 'refused', reason: 'nothing_to_move' };
  const receiver = posting.account(to);
  for (const { lot, amount: part } of portions) {
    posting.use(lot, { remaining: -part });
    const { earnedAt, availableAt, expiresAt, slides } = lot;
    if (receiver.lotted) posting.openLot(to, part, { earnedAt, availableAt, expiresAt, slides }, lot.id);
  }
  if (amount > 0n) posting.move(subject.id, to, amount);
  if (owed > 0n) posting.move(debtOf(posting, receiver).id, subject.debtId as string, owed);
  const transaction = posting.close({ counterAccountId: receiver.lotted ? to : null });
  // When a debt begins nothing lapsed is left (C3.4).
  if (owed > 0n && expired !== undefined) expireFreed(posting, expired, to);
  return { outcome: 'posted', transaction };
}
