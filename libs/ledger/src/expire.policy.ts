import type { Expire } from './commands.js';
import { freeOf, hasLapsed, sumOf, type Portion } from './lots.policy.js';
import { Posting } from './posting.js';
import type { LedgerTransaction } from './state.js';
import type { Decided } from './verdicts.js';

/** Decides the sweep of one account: what has expired and is not held goes to breakage, by its lots (C1.8, C1.9). */
export function decideExpire(posting: Posting, command: Expire): Decided {
  const lapsed = lapsedPortions(posting, command.account, command.until);
  if (lapsed.length === 0) return { outcome: 'refused', reason: 'nothing_to_move' };
  moveToBreakage(posting, lapsed, command.expired);
  return { outcome: 'posted', transaction: posting.close() };
}

/**
 * Expires, in the same list, what has lapsed on the command's account or another that it touched: what it has just freed too late (C1.9,
 * `restore_and_expire` of C2.2), and what must not pay a debt that begins now (C3.4).
 */
export function expireFreed(posting: Posting, expired: string, account = posting.fact.account): LedgerTransaction | undefined {
  const lapsed = lapsedPortions(posting, account);
  if (lapsed.length === 0) return undefined;
  const { state, effects, fact, now, newId } = posting;
  const follow = new Posting(
    state,
    effects,
    { id: newId(), kind: 'expire', account, effectiveAt: fact.effectiveAt, details: { after: fact.id } },
    now,
    newId,
  );
  moveToBreakage(follow, lapsed, expired);
  return follow.close({ refId: fact.id });
}

const lapsedPortions = (posting: Posting, accountId: string, until = posting.now): Portion[] =>
  (posting.state.lotsOf.get(accountId) ?? [])
    .filter((lot) => hasLapsed(lot, until) && freeOf(lot) > 0n)
    .map((lot) => ({ lot, amount: freeOf(lot) }));

function moveToBreakage(posting: Posting, lapsed: readonly Portion[], expired: string): void {
  const { state } = posting;
  for (const { lot, amount } of lapsed) {
    posting.use(lot, { remaining: -amount });
    state.expiredOf.set(lot.id, (state.expiredOf.get(lot.id) ?? 0n) + amount);
  }
  posting.move(posting.fact.account, expired, sumOf(lapsed));
}
