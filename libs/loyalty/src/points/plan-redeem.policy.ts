import { fingerprint, newId, parseDecimal, type DomainError } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId } from '@tallystick/ledger';
import { LimitExceeded } from '../loyalty.errors.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { unconfirmed } from './confirmation.policy.js';
import { activeMember, activeProgram, readPoints, referenceKey, type Plan } from './plan.js';
import type { Payout, RedeemFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** Plans a redemption within the program's limits. */
export function planRedeem(fact: RedeemFact, world: LoyaltyWorld): Plan {
  const program = activeProgram(world, fact.programId);
  const member = activeMember(world, fact.member);
  const units = withinRedeemLimits(readPoints(fact.points, program), program);
  const account = ownerAccountId(program.assetId, member.id);
  const { payout } = fact;
  const needed = unconfirmed(fact, units, program);
  return {
    program,
    member,
    ...needed,
    wallets: [],
    command: {
      act: 'post',
      kind: 'redeem',
      id: newId(),
      account,
      legs: [
        { from: account, to: houseAccountId(program.assetId, 'redeemed'), amount: units },
        ...(payout ? [{ from: payout.from, to: payout.to, amount: payout.money.minor }] : []),
      ],
      debitOrder: program.terms.consumption_order,
      ...(needed.unconfirmed && { barred: () => needed.unconfirmed!.message }),
      slide: world.slide(program),
      ...(fact.reference !== undefined && {
        reference: {
          key: referenceKey('redeem', fact.reference),
          hash: fingerprint({
            memberId: member.id,
            programId: program.id,
            units: String(units),
            merchant: fact.merchantName,
            currency: payout?.money.currency,
            narration: fact.narration,
            metadata: fact.metadata,
          }),
        },
      }),
      narration: fact.narration,
      metadata: fact.metadata,
      details: {
        source: fact.source,
        ...(fact.merchantName && { merchant_name: fact.merchantName }),
        ...(payout && paidOut(payout, units)),
      },
    },
  };
}

/** What `explain` tells of money that was paid out for points. */
const paidOut = ({ money, rule }: Payout, units: bigint): object => ({
  payout: { amount: money.toString(), currency: money.currency },
  rules: [{ ...rule, units: String(units) }],
});

/** Holds and redemptions keep to the program's smallest and largest redemption. */
export function withinRedeemLimits(units: bigint, program: Program): bigint {
  const { min_redeem: min, max_redeem: max } = program.terms;
  if (min !== null && units < (parseDecimal(min, program.scale) as bigint)) throw outside(`At least ${min} points.`);
  if (max !== null && units > (parseDecimal(max, program.scale) as bigint)) throw outside(`At most ${max} points.`);
  return units;
}

const outside = (message: string): DomainError => LimitExceeded.with({ errors: { points: [message] } });
