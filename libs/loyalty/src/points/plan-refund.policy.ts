import { fingerprint, newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed } from '@tallystick/platform';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { activeProgram, readMoney, referenceKey, type Plan } from './plan.js';
import { lapsedPolicy, paidBack, shortagePolicy } from './plan-reverse.policy.js';
import type { RefundFact } from './points-fact.js';

/**
 * The purchase behind an earning's reference: whose wallet earned, or goes on for the one that did, and its amount in minor units of its currency, null for an earning of
 * stated points.
 */
export interface OriginalPurchase {
  readonly accountId: string;
  readonly amount: bigint | null;
  readonly currency: string | null;
  /** The redemption that paid for part of it, or all; null where none is known. */
  readonly paidBy: string | null;
}

/**
 * Plans the refund of a purchase: a transaction of its own, linked to it (C3.1), that takes back the points of the part refunded,
 * cumulatively (C3.6).
 */
export function planRefund(fact: RefundFact, world: LoyaltyWorld, purchase: OriginalPurchase): Plan {
  const program = activeProgram(world, fact.programId);
  const member = world.member(fact.member);
  if (!member) throw NotFound.with({ errors: { member: ['No such member.'] } });
  const money = readMoney(fact.purchase, program, purchase.currency === null ? [] : [purchase.currency]);
  if (money.minor === 0n) throw ValidationFailed.with({ errors: { amount: ['A refund must be above 0.'] } });
  const account = ownerAccountId(program.assetId, member.id);
  if (purchase.accountId !== account)
    throw NotFound.with({ errors: { original_id: ['This member has no such purchase in the program.'] } });
  if (purchase.amount === null) throw InvalidState.with({ errors: { original_id: ['This earned stated points: reverse it instead.'] } });
  if (purchase.currency !== money.currency)
    throw ValidationFailed.with({ errors: { currency: [`The purchase was in ${purchase.currency}.`] } });
  const original = referenceKey('earn', fact.originalReference);
  const id = newId();
  const content = { memberId: member.id, programId: program.id, original, purchase: { ...fact.purchase, amount: money.toString() } };
  return {
    program,
    member,
    wallets: [],
    command: {
      act: 'reverse',
      kind: 'reversal',
      id,
      account,
      target: { reference: original },
      share: { part: money.minor, whole: purchase.amount },
      shortage: shortagePolicy(program),
      lapsed: lapsedPolicy(program, undefined, world),
      debitOrder: program.terms.consumption_order,
      expired: houseAccountId(program.assetId, 'expired'),
      reference: {
        key: referenceKey('refund', fact.reference),
        hash: fingerprint({ ...content, occurredAt: fact.occurredAt?.toISOString(), metadata: fact.metadata }),
      },
      effectiveAt: fact.occurredAt,
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, refund: content.purchase, original_id: fact.originalReference },
      ...paidBack(purchase, id, fact),
    },
  };
}
