import { fingerprint, newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed } from '@tallystick/platform';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import { activeProgram, missingWallet, readPoints, referenceKey, type Plan } from './plan.js';
import type { AdjustCreditFact, AdjustDebitFact } from './points-fact.js';

/** Members whose books are closed; all others can be set right, whatever they may do themselves. */
const CLOSED: readonly string[] = ['closed', 'merged'];

/** Plans a manual credit or debit: points from or to the house account `adjustment`. */
export function planAdjust(fact: AdjustCreditFact | AdjustDebitFact, world: LoyaltyWorld): Plan {
  const program = activeProgram(world, fact.programId);
  const member = openMember(fact, world);
  const amount = readPoints(fact.points, program);
  const [wallet, house] = [ownerAccountId(program.assetId, member.id), houseAccountId(program.assetId, 'adjustment')];
  const credit = fact.kind === 'adjust_credit';
  const expiresAt = credit ? (fact.expiresAt ?? world.expiry(program, world.now)) : null;
  if (expiresAt && expiresAt <= world.now) throw ValidationFailed.with({ errors: { expires_at: ['Must be in the future.'] } });
  const slides = credit && fact.expiresAt === undefined && program.terms.expiry_policy.type === 'sliding';
  const lot = { earnedAt: world.now, availableAt: world.now, expiresAt, slides };
  return {
    program,
    member,
    wallets: credit ? missingWallet(member, program) : [],
    command: {
      act: 'post',
      kind: 'adjust',
      id: newId(),
      account: wallet,
      legs: [credit ? { from: house, to: wallet, amount, lot } : { from: wallet, to: house, amount }],
      debitOrder: program.terms.consumption_order,
      ...(fact.reference !== undefined && {
        reference: {
          key: referenceKey('adjust', fact.reference),
          hash: fingerprint({
            kind: fact.kind,
            memberId: member.id,
            programId: program.id,
            amount: String(amount),
            reasonCode: fact.reasonCode,
            expiresAt: credit ? fact.expiresAt?.toISOString() : undefined,
            narration: fact.narration,
            metadata: fact.metadata,
          }),
        },
      }),
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, reason_code: fact.reasonCode, program_version: program.version },
    },
  };
}

function openMember(fact: AdjustCreditFact | AdjustDebitFact, world: LoyaltyWorld): KnownMember {
  const member = world.member(fact.member);
  if (!member) throw NotFound.with({ errors: { member: ['No such member.'] } });
  if (CLOSED.includes(member.status)) throw InvalidState.with({ errors: { member: [`The member is ${member.status}.`] } });
  return member;
}
