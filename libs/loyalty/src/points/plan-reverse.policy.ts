import { newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId, type LapsedPolicy, type Reverse, type ShortagePolicy, type Subject } from '@tallystick/ledger';
import { InvalidState, NotFound } from '@tallystick/platform';
import { MemberErased } from '../members/member.errors.js';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import { readPoints, type Plan } from './plan.js';
import type { OriginalPurchase } from './plan-refund.policy.js';
import type { Noted, PointsFact, ReturnCause, ReverseFact, VoidFact } from './points-fact.js';
import { expiryInstant } from '../programs/expiry.policy.js';
import type { Program } from '../programs/program.js';

/** What a program takes when the member has spent what is to be given back (C3.3). */
export const shortagePolicy = (program: Program): ShortagePolicy => SHORTAGE[program.terms.return_policy];

const SHORTAGE = { pending_only: 'pending_only', within_balance: 'take_available', allow_negative: 'owe' } as const;

/**
 * What a program does with points that lapsed meanwhile (C2.2). Whoever did not ask for it never loses them by it: where the cause is the
 * tenant's, a supplier's or ours there is grace, whatever the program says (C2.3). The last day of grace is inclusive (C1.4).
 */
export const lapsedPolicy = ({ terms }: Program, cause: ReturnCause | undefined, { zone }: LoyaltyWorld): LapsedPolicy =>
  terms.reversal_policy === 'restore_and_expire' && (cause ?? 'requested') === 'requested'
    ? { policy: 'expire' }
    : { policy: 'grace', until: (now) => expiryInstant({ type: 'rolling', days: terms.grace_days }, now, zone) as Date };

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
  if (member.status === 'erased') throw MemberErased.with({ errors: { transaction_id: ['This person was erased.'] } });
  return { subject, program, member };
}

/** What every reversal of a transaction named by its id has in common. */
export const reversalOf = ({ subject, program, member }: Target, cause: ReturnCause | undefined, world: LoyaltyWorld): Reverse => ({
  act: 'reverse',
  kind: 'reversal',
  id: newId(),
  // Who goes on for a merged member gives and gets in their place.
  account: subject.ownerId === member.id ? subject.accountId : ownerAccountId(program.assetId, member.id),
  target: { id: subject.id },
  shortage: subject.kind === 'transfer' ? 'refuse' : shortagePolicy(program),
  lapsed: lapsedPolicy(program, cause, world),
  debitOrder: program.terms.consumption_order,
  expired: houseAccountId(program.assetId, 'expired'),
});

/** Gives the points that paid for a purchase back with what turns it, in the same proportion and for the same cause (C3.8). */
export const paidBack = (
  purchase: OriginalPurchase | undefined,
  turnedBy: string,
  { source, ...reasons }: Pick<PointsFact, 'source'> & Reasons,
): Pick<Reverse, 'paidBy'> =>
  purchase?.paidBy
    ? { paidBy: { id: newId(), target: purchase.paidBy, details: { source, refund: {}, ...why(reasons), returned_with: turnedBy } } }
    : {};

/** Plans a reversal by the transaction's id, whole or of so many points; a transfer is given back whole or not at all. */
export function planReverse(fact: ReverseFact, world: LoyaltyWorld, purchase?: OriginalPurchase): Plan {
  const target = targetOf(fact.transactionId, world);
  const part = fact.points === undefined ? undefined : readPoints(fact.points, target.program);
  const reversal = reversalOf(target, fact.cause, world);
  return {
    program: target.program,
    member: target.member,
    wallets: [],
    command: {
      ...reversal,
      ...paidBack(purchase, reversal.id, fact),
      ...(part !== undefined && { share: { part } }),
      ...noted(fact),
      details: { source: fact.source, ...why(fact) },
    },
  };
}

interface Reasons {
  readonly reason?: string;
  readonly cause?: ReturnCause;
}

/** What was written beside a fact, the reason too: apart from what is sealed, so that it can be forgotten with the person (C9.1). */
export const noted = ({ narration, reason, metadata }: Noted & { readonly reason?: string }): Pick<Noted, 'narration' | 'metadata'> =>
  narration === undefined || reason === undefined
    ? { narration: narration ?? reason, metadata }
    : { narration, metadata: { ...metadata, reason } };

/** Whose doing it is that a fact takes something back, as far as it says. */
export const why = ({ cause }: { readonly cause?: ReturnCause }): object => ({ ...(cause && { cause }) });

/** Plans the end of an earning that is still pending: nothing is deleted, its points never become available (C3.10). */
export function planVoid(fact: VoidFact, world: LoyaltyWorld, purchase?: OriginalPurchase): Plan {
  const target = targetOf(fact.transactionId, world);
  if (target.subject.kind !== 'earn') throw InvalidState.with({ errors: { transaction_id: ['Only a pending earning can be voided.'] } });
  const reversal = reversalOf(target, undefined, world);
  return {
    program: target.program,
    member: target.member,
    wallets: [],
    command: {
      ...reversal,
      ...paidBack(purchase, reversal.id, fact),
      shortage: 'refuse',
      stage: 'pending',
      ...noted(fact),
      details: { source: fact.source, void: true },
    },
  };
}
