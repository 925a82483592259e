import type { Fact, PaidBy, Reverse } from './commands.js';
import type { Posting } from './posting.js';
import { decideReverse, divideHalfUp, weighReverse, weightOf, type Turn } from './reverse.policy.js';
import type { LedgerState, LedgerTransaction } from './state.js';
import type { Decided } from './verdicts.js';

/**
 * Decides a reversal whose target was paid for by a debit: first gives the debit back in the same proportion, as a transaction of its own,
 * then turns the target. What came back is there for what the reversal takes, so that a refund in parts comes to the same as one of the
 * whole. Where the reversal is refused nothing of either is posted.
 */
export function decidePaidReverse(begin: (fact: Fact) => Posting, command: Reverse, paidBy: PaidBy): Decided {
  const posting = begin(command);
  const weighed = weighReverse(posting, command);
  if ('reason' in weighed) return { outcome: 'refused', ...weighed };
  const debit = posting.state.transactions.get(paidBy.target);
  if (!debit) return { outcome: 'refused', reason: 'unknown_transaction' };
  const due = dueOf(posting.state, weighed.turn, debit);
  if (due <= 0n) return decideReverse(posting, command);

  const back = returning(command, paidBy, due);
  const returned = decideReverse(begin(back), back);
  if (returned.outcome === 'refused') return returned;
  const told = { ...command, details: { ...command.details, returned: { id: paidBy.id, amount: String(due) } } };
  const verdict = decideReverse(begin(told), told);
  if (verdict.outcome === 'refused') throw new Error('a reversal was refused after what had paid for its target was given back');
  return { ...verdict, returned: returned.transaction, expired: returned.expired ?? verdict.expired };
}

/** What of a debit is to be given back: its share of all that was turned so far, less what was given back before (C3.6). */
function dueOf({ reversals }: LedgerState, { soFar, whole, exhausts }: Turn, debit: LedgerTransaction): bigint {
  const earlier = reversals.get(debit.id) ?? [];
  if (earlier.some(({ once }) => once === 'reversal')) return 0n;
  const weight = weightOf(debit);
  const before = earlier.reduce((sum, { due }) => sum + (due ?? 0n), 0n);
  return (exhausts ? weight : divideHalfUp(weight * soFar, whole)) - before;
}

/** The reversal of the debit: for the cause of the one that it comes with, at its time. */
const returning = (
  { account, effectiveAt, narration, shortage, lapsed, debitOrder, expired }: Reverse,
  { id, target, details }: PaidBy,
  due: bigint,
): Reverse => ({
  act: 'reverse',
  kind: 'reversal',
  id,
  account,
  target: { id: target },
  share: { part: due },
  shortage,
  lapsed,
  debitOrder,
  expired,
  effectiveAt,
  narration,
  details,
});
