import { newId } from '@tallystick/kernel';
import { houseAccountId, type LapsedPolicy, type Reverse, type ShortagePolicy, type Subject } from '@tallystick/ledger';
import { InvalidState, NotFound } from '@tallystick/platform';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import { readPoints, type Plan } from './plan.js';
import type { ReverseFact, VoidFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** What a program takes when the member has spent what is to be given back (C3.3). */
export const shortagePolicy = (program: Program): ShortagePolicy => SHORTAGE[program.terms.return_policy];

const SHORTAGE = { pending_only: 'pending_only', within_balance: 'take_available', allow_negative: 'owe' } as const;

/** What a program does with points that lapsed meanwhile (C2.2). */
export const lapsedPolicy = (program: Program): LapsedPolicy =>
  program.terms.reversal_policy === 'restore_and_expire'
    ? { policy: 'expire' }
    : { policy: 'grace', graceMs: program.terms.grace_days * DAY_MS };

const DAY_MS = 86_400_000;

/** What is to be turned back, whose it is, and by which program. */
export interface Target {
  readonly subject: Subject;
  readonly program: Program;
  readonly member: KnownMember;
}

/** The transaction that a fact names by its id. Throws `not_found`. */
export function targetOf(transactionId: string, world: LoyaltyWorld): Target {
  const subject = world.subject(transactionId);
  const program = subject && world.programOfAsset(subject.assetId);
  const member = subject && world.member({ id: subject.ownerId });
  if (!subject || !program || !member) throw NotFound.with({ errors: { transaction_id: ['No such transaction.'] } });
  return { subject, program, member };
}

/** What every reversal of a transaction named by its id has in common. */
export const reversalOf = ({ subject, program }: Target): Reverse => ({
  act: 'reverse',
  kind: 'reversal',
  id: newId(),
  account: subject.accountId,
  target: { id: subject.id },
  shortage: subject.kind === 'transfer' ? 'refuse' : shortagePolicy(program),
  lapsed: lapsedPolicy(program),
  debitOrder: program.terms.consumption_order,
  expired: houseAccountId(program.assetId, 'expired'),
});

/** Plans a reversal by the transaction's id, whole or of so many points; a transfer is given back whole or not at all. */
export function planReverse(fact: ReverseFact, world: LoyaltyWorld): Plan {
  const target = targetOf(fact.transactionId, world);
  const part = fact.points === undefined ? undefined : readPoints(fact.points, target.program);
  return {
    program: target.program,
    member: target.member,
    wallets: [],
    command: {
      ...reversalOf(target),
      ...(part !== undefined && { share: { part } }),
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, ...(fact.reason && { reason: fact.reason }) },
    },
  };
}

/** Plans the end of an earning that is still pending: nothing is deleted, its points never become available (C3.10). */
export function planVoid(fact: VoidFact, world: LoyaltyWorld): Plan {
  const target = targetOf(fact.transactionId, world);
  if (target.subject.kind !== 'earn') throw InvalidState.with({ errors: { transaction_id: ['Only a pending earning can be voided.'] } });
  return {
    program: target.program,
    member: target.member,
    wallets: [],
    command: {
      ...reversalOf(target),
      shortage: 'refuse',
      stage: 'pending',
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, void: true, ...(fact.reason && { reason: fact.reason }) },
    },
  };
}
