import { Money } from '@tallystick/kernel';
import { DateTime } from 'luxon';
import { hasEarnCaps } from '../rules/counters.policy.js';
import { assess, type Assessment } from '../rules/measure-earning.policy.js';
import type { LoyaltyWorld, RulesInForce } from './loyalty-world.query.js';
import type { EarnFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** The currencies that a program's rules count in besides its own. */
export const currenciesOf = ({ rules }: RulesInForce): (string | undefined)[] =>
  rules.map(({ definition }) => definition.conditions.currency);

/**
 * Looks at a purchase with rules. Null where the program's own rate is all there is, or where planning will refuse: a program, member or
 * amount that is not there.
 */
export function assessPurchase(fact: EarnFact, world: LoyaltyWorld, member = world.member(fact.member)): Assessment | null {
  const program = world.program(fact.programId);
  if (!program || !('purchase' in fact.earned)) return null;
  const terms = world.rules(program);
  return terms.rules.length > 0 || terms.counts || world.hasTiers || hasEarnCaps(program)
    ? assessBy(terms, fact, program, world, member)
    : null;
}

/** Looks at a purchase with given rules. */
export function assessBy(
  { rules, counts }: RulesInForce,
  fact: EarnFact,
  program: Program,
  world: LoyaltyWorld,
  member = world.member(fact.member),
): Assessment | null {
  if (!member || !('purchase' in fact.earned)) return null;
  const { amount, currency, paid_with_points: paid = '0', ...purchase } = fact.earned.purchase;
  const [whole, withPoints] = [Money.parse(amount, currency), Money.parse(paid, currency)];
  if (typeof whole === 'string' || typeof withPoints === 'string') return null;
  if (withPoints.minor < 0n || withPoints.minor > whole.minor) return null;
  const money = Money.of(whole.minor - withPoints.minor, currency);
  const occurredAt = fact.occurredAt ?? world.now;
  const given = { programId: program.id, currency: program.terms.currency, money, purchase, occurredAt, zone: world.zone, member };
  const day = DateTime.fromJSDate(occurredAt, { zone: world.zone }).toISODate() as string;
  return { program, given, memberId: member.id, day, candidates: assess(rules, given), counts };
}
