import { fingerprint, newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId, type Subject } from '@tallystick/ledger';
import { NotFound } from '@tallystick/platform';
import { unconfirmed } from './confirmation.policy.js';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import { activeMember, activeProgram, readPoints, referenceKey, type Plan } from './plan.js';
import { withinRedeemLimits } from './plan-redeem.policy.js';
import { lapsedPolicy, noted, why } from './plan-reverse.policy.js';
import type { CaptureFact, HoldFact, ReleaseFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** Plans a hold: points set aside for a redemption to come. */
export function planHold(fact: HoldFact, world: LoyaltyWorld): Plan {
  const program = activeProgram(world, fact.programId);
  const member = activeMember(world, fact.member);
  const amount = withinRedeemLimits(readPoints(fact.points, program), program);
  const needed = unconfirmed(fact, amount, program);
  return {
    program,
    member,
    ...needed,
    wallets: [],
    command: {
      act: 'hold',
      kind: 'hold',
      id: newId(),
      account: ownerAccountId(program.assetId, member.id),
      amount,
      expiresAt: fact.expiresIn === undefined ? null : new Date(world.now.getTime() + fact.expiresIn * 1_000),
      debitOrder: program.terms.consumption_order,
      ...(needed.unconfirmed && { barred: () => needed.unconfirmed!.message }),
      ...(fact.reference !== undefined && {
        reference: {
          key: referenceKey('hold', fact.reference),
          hash: fingerprint({
            memberId: member.id,
            programId: program.id,
            amount: String(amount),
            expiresIn: fact.expiresIn,
            narration: fact.narration,
            metadata: fact.metadata,
          }),
        },
      }),
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source },
    },
  };
}

/** Plans the capture of a hold, whole or in part. */
export function planCapture(fact: CaptureFact, world: LoyaltyWorld): Plan {
  const { subject, program, member } = holdOf(fact.holdId, world);
  return {
    program,
    member,
    wallets: [],
    command: {
      act: 'capture',
      kind: 'capture',
      id: newId(),
      account: subject.accountId,
      holdId: subject.id,
      to: houseAccountId(program.assetId, 'redeemed'),
      expired: houseAccountId(program.assetId, 'expired'),
      amount: fact.points === undefined ? undefined : readPoints(fact.points, program),
      keepOpen: fact.keepOpen,
      slide: world.slide(program),
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source },
    },
  };
}

/** Plans the release of what a hold still covers. */
export function planRelease(fact: ReleaseFact, world: LoyaltyWorld): Plan {
  const { subject, program, member } = holdOf(fact.holdId, world);
  return {
    program,
    member,
    wallets: [],
    command: {
      act: 'release',
      kind: 'release',
      id: newId(),
      account: subject.accountId,
      holdId: subject.id,
      cause: 'released',
      lapsed: fact.cause === undefined || fact.cause === 'requested' ? { policy: 'expire' } : lapsedPolicy(program, fact.cause, world),
      expired: houseAccountId(program.assetId, 'expired'),
      ...noted(fact),
      details: { source: fact.source, ...why(fact) },
    },
  };
}

function holdOf(id: string, world: LoyaltyWorld): { subject: Subject; program: Program; member: KnownMember } {
  const subject = world.subject(id);
  const program = subject && world.programOfAsset(subject.assetId);
  const member = subject && world.member({ id: subject.ownerId });
  if (!subject || !program || !member || subject.kind !== 'hold') throw NotFound.with({ errors: { id: ['No such hold.'] } });
  return { subject, program, member };
}
