import type { Fact, LedgerCommand } from './commands.js';
import { settleDebts, touchedBy } from './debt.policy.js';
import { noEffects, type Effects } from './effects.js';
import { decideExpire } from './expire.policy.js';
import { decideHandOver } from './hand-over.policy.js';
import { decideCapture, decideHold, decideRelease } from './hold.policy.js';
import { decidePost } from './post.policy.js';
import { Posting } from './posting.js';
import { decidePaidReverse } from './paid-reverse.policy.js';
import { decideReverse } from './reverse.policy.js';
import type { LedgerState } from './state.js';
import type { Decided, Verdict } from './verdicts.js';

/**
 * The heart of the ledger: decides a list of commands strictly in order on a state read under locks. Pure: no I/O, no clock.
 * `state` is worked on in place, so that each command sees what those before it did; the effects are what has to be written.
 */
export function decide(
  state: LedgerState,
  commands: readonly LedgerCommand[],
  now: Date,
  newId: () => string,
): { verdicts: Verdict[]; effects: Effects } {
  const effects = noEffects();
  const verdicts = commands.map((command) => decideOne(state, effects, command, now, newId));
  return { verdicts, effects };
}

function decideOne(state: LedgerState, effects: Effects, command: LedgerCommand, now: Date, newId: () => string): Verdict {
  const known = command.reference && state.references.get(command.reference.key);
  if (known) {
    if (known.hash !== command.reference?.hash) return { outcome: 'conflict', transaction: known };
    const hold = state.holds.get(known.kind === 'hold' ? known.id : (known.refId ?? ''));
    return { outcome: 'replayed', transaction: known, hold: hold && { ...hold } };
  }
  const stranger = strangerIn(state, command);
  if (stranger !== undefined) return { outcome: 'refused', reason: 'unknown_account', id: stranger };
  const because = command.barred?.();
  if (because !== undefined) return { outcome: 'refused', reason: 'barred', because };
  const touched = touchedBy(state, command);
  const before = settleDebts(state, effects, touched, command.id, now, newId);
  const measured = command.act === 'post' && command.measure ? { ...command, ...command.measure() } : command;
  const verdict = decideAct((fact) => new Posting(state, effects, fact, now, newId), measured);
  if (verdict.outcome === 'posted') {
    if (verdict.returned) command.posted?.(verdict.returned, state);
    command.posted?.(verdict.transaction, state);
  }
  const after = verdict.outcome === 'posted' ? settleDebts(state, effects, touched, command.id, now, newId) : [];
  return before.length + after.length === 0 ? verdict : { ...verdict, settled: [...before, ...after] };
}

function decideAct(begin: (fact: Fact) => Posting, command: LedgerCommand): Decided {
  const posting = begin(command);
  switch (command.act) {
    case 'post':
      return decidePost(posting, command);
    case 'hold':
      return decideHold(posting, command);
    case 'capture':
      return decideCapture(posting, command);
    case 'release':
      return decideRelease(posting, command);
    case 'reverse':
      return command.paidBy ? decidePaidReverse(begin, command, command.paidBy) : decideReverse(posting, command);
    case 'expire':
      return decideExpire(posting, command);
    case 'hand_over':
      return decideHandOver(posting, command);
    case 'settle':
      return { outcome: 'refused', reason: 'nothing_to_move' };
  }
}

/** An account named that is not there, or that cannot receive what the subject loses: of another asset, or the subject itself. */
function strangerIn(state: LedgerState, command: LedgerCommand): string | undefined {
  const subject = state.accounts.get(command.account);
  if (!subject) return command.account;
  const receivers = [
    ...('expired' in command && command.expired !== undefined ? [command.expired] : []),
    ...('to' in command ? [command.to] : []),
  ];
  return receivers.find((id) => id === subject.id || state.accounts.get(id)?.assetId !== subject.assetId);
}
