import { newId } from '@tallystick/kernel';
import { houseAccountId, type LapsedPolicy, type ShortagePolicy } from '@tallystick/ledger';
import { NotFound } from '@tallystick/platform';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { readPoints, type Plan } from './plan.js';
import type { ReverseFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** How long restored points last at least when their own date has passed (C2.2). */
const GRACE_MS = 30 * 86_400_000;

/** What a program takes when the member has spent what is to be given back (C3.3). */
export const shortagePolicy = (program: Program): ShortagePolicy =>
  program.terms.return_policy === 'pending_only' ? 'pending_only' : 'take_available';

/** What a program does with points that lapsed meanwhile (C2.2). */
export const lapsedPolicy = (program: Program): LapsedPolicy =>
  program.terms.reversal_policy === 'restore_and_expire' ? { policy: 'expire' } : { policy: 'grace', graceMs: GRACE_MS };

/** Plans a reversal by the transaction's id, whole or of so many points; a transfer is given back whole or not at all. */
export function planReverse(fact: ReverseFact, world: LoyaltyWorld): Plan {
  const subject = world.subject(fact.transactionId);
  const program = subject && world.programOfAsset(subject.assetId);
  const member = subject && world.member({ id: subject.ownerId });
  if (!subject || !program || !member) throw NotFound.with({ errors: { transaction_id: ['No such transaction.'] } });
  return { program, member, wallets: [], command: reversal(fact, subject, program) };
}

function reversal(fact: ReverseFact, subject: { id: string; kind: string; accountId: string }, program: Program): Plan['command'] {
  const part = fact.points === undefined ? undefined : readPoints(fact.points, program);
  return {
    act: 'reverse',
    kind: 'reversal',
    id: newId(),
    account: subject.accountId,
    target: { id: subject.id },
    ...(part !== undefined && { share: { part } }),
    shortage: subject.kind === 'transfer' ? 'refuse' : shortagePolicy(program),
    lapsed: lapsedPolicy(program),
    debitOrder: program.terms.consumption_order,
    expired: houseAccountId(program.assetId, 'expired'),
    narration: fact.narration,
    metadata: fact.metadata,
    details: { source: fact.source, ...(fact.reason && { reason: fact.reason }) },
  };
}
