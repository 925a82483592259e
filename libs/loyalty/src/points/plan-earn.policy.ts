import { fingerprint, newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId } from '@tallystick/ledger';
import { ValidationFailed } from '@tallystick/platform';
import { earnedOn } from '../rules/earning.policy.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { activeMember, activeProgram, missingWallet, readMoney, readPoints, referenceKey, withinPosting, type Plan } from './plan.js';
import type { EarnFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** Plans an earning: points stated by the caller, or computed from a purchase by the program's rate. 0 points is a fact too. */
export function planEarn(fact: EarnFact, world: LoyaltyWorld): Plan {
  const program = activeProgram(world, fact.programId);
  const member = activeMember(world, fact.member, 'member', 'earn');
  const { units, rule, content } = measure(fact, program);
  const account = ownerAccountId(program.assetId, member.id);
  const availableAt = fact.availableAt ?? world.now;
  const expiresAt = fact.expiresAt ?? world.expiry(program, availableAt);
  if (expiresAt && expiresAt <= (availableAt > world.now ? availableAt : world.now)) {
    throw ValidationFailed.with({ errors: { expires_at: ['Must be after the points become available.'] } });
  }
  const lot = { earnedAt: fact.occurredAt ?? world.now, availableAt, expiresAt };
  return {
    program,
    member,
    wallets: missingWallet(member, program),
    command: {
      act: 'post',
      kind: 'earn',
      id: newId(),
      account,
      legs: units === 0n ? [] : [{ from: houseAccountId(program.assetId, 'issuance'), to: account, amount: units, lot }],
      reference: { key: referenceKey(fact.keyedAs ?? 'earn', fact.reference), hash: contentHash(fact, member.id, program.id, content) },
      effectiveAt: fact.occurredAt,
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, rules: [rule], ...(content.purchase && { purchase: content.purchase }) },
    },
  };
}

interface Measured {
  readonly units: bigint;
  /** For `explain`: which version of what said so. */
  readonly rule: object;
  readonly content: { readonly points?: string; readonly purchase?: object };
}

function measure({ earned }: EarnFact, program: Program): Measured {
  const base = { id: program.id, version: program.version };
  if ('points' in earned) {
    const units = readPoints(earned.points, program);
    const cause = earned.cause ?? { ...base, reason: 'Points stated by the caller.' };
    return { units, rule: { ...cause, units: String(units) }, content: { points: String(units) } };
  }
  const money = readMoney(earned.purchase, program);
  const { units, numerator, denominator } = earnedOn(money, program);
  const { points_per_unit, rounding } = program.terms;
  return {
    units: withinPosting(units, 'amount'),
    content: { purchase: { ...earned.purchase, amount: money.toString() } },
    rule: {
      ...base,
      units: String(units),
      raw: `${numerator}/${denominator}`,
      reason: `${points_per_unit} points for 1 ${money.currency} of ${money.toString()}, rounded ${rounding.mode}.`,
    },
  };
}

const contentHash = (fact: EarnFact, memberId: string, programId: string, content: object): string =>
  fingerprint({
    memberId,
    programId,
    ...content,
    occurredAt: fact.occurredAt?.toISOString(),
    availableAt: fact.availableAt?.toISOString(),
    expiresAt: fact.expiresAt?.toISOString(),
    narration: fact.narration,
    metadata: fact.metadata,
  });
