import type { LedgerCommand } from './commands.js';
import { noEffects, type Effects } from './effects.js';
import { decideExpire } from './expire.policy.js';
import { decideCapture, decideHold, decideRelease } from './hold.policy.js';
import { decidePost } from './post.policy.js';
import { Posting } from './posting.js';
import { decideReverse } from './reverse.policy.js';
import type { LedgerState } from './state.js';
import type { Verdict } from './verdicts.js';

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
    return known.hash === command.reference?.hash
      ? { outcome: 'replayed', transaction: known, hold: state.holds.get(known.kind === 'hold' ? known.id : (known.refId ?? '')) }
      : { outcome: 'conflict', transaction: known };
  }
  if (!state.accounts.has(command.account)) return { outcome: 'refused', reason: 'unknown_account', id: command.account };
  const posting = new Posting(state, effects, command, now, newId);
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
      return decideReverse(posting, command);
    case 'expire':
      return decideExpire(posting, command);
  }
}
