import { Money, fingerprint, newId } from '@tallystick/kernel';
import { houseAccountId, ownerAccountId, type Leg, type Post } from '@tallystick/ledger';
import { ValidationFailed } from '@tallystick/platform';
import { baseEarning } from '../rules/earning.policy.js';
import { rawOf, rounded } from '../rules/fraction.policy.js';
import type { MeasuredEarning } from '../rules/measure-earning.policy.js';
import { PaymentBook } from './payment-book.js';
import { whyNotPaid } from './payment.policy.js';
import { currenciesOf } from './assess-purchase.policy.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import {
  activeMember,
  activeProgram,
  missingWallet,
  readMoney,
  readPaidWithPoints,
  readPoints,
  referenceKey,
  withinPosting,
  type Plan,
} from './plan.js';
import type { EarnFact } from './points-fact.js';
import type { Program } from '../programs/program.js';

/**
 * Plans an earning: points stated by the caller, or those of a purchase, by the program's rate or, where it has rules, `measured` when its
 * turn comes. 0 points is a fact too.
 */
export function planEarn(
  fact: EarnFact,
  world: LoyaltyWorld,
  measured: (() => MeasuredEarning) | null = null,
  payments = new PaymentBook(),
): Plan {
  const program = activeProgram(world, fact.programId);
  const member = activeMember(world, fact.member, 'member', 'earn');
  const { units, rule, content, paid } = measure(fact, program, currenciesOf(world.rules(program)));
  const account = ownerAccountId(program.assetId, member.id);
  const payment = payments.of(fact, account);
  if (payment && !paid?.minor)
    throw ValidationFailed.with({ errors: { paid_with_points: ['Say what of the purchase the redemption paid.'] } });
  const availableAt = fact.availableAt ?? ('purchase' in fact.earned ? world.activation(program, fact.occurredAt) : world.now);
  const expiresAt = fact.expiresAt ?? world.expiry(program, availableAt);
  if (expiresAt && expiresAt <= (availableAt > world.now ? availableAt : world.now)) {
    throw ValidationFailed.with({ errors: { expires_at: ['Must be after the points become available.'] } });
  }
  // An end that the caller gave is the end.
  const slides = fact.expiresAt === undefined && program.terms.expiry_policy.type === 'sliding';
  const lot = { earnedAt: fact.occurredAt ?? world.now, availableAt, expiresAt, slides };
  const legs = (amount: bigint): readonly Leg[] =>
    amount === 0n ? [] : [{ from: houseAccountId(program.assetId, 'issuance'), to: account, amount, lot }];
  const details = (rules: readonly object[]): object => ({
    source: fact.source,
    rules,
    ...(content.purchase && { purchase: content.purchase }),
    ...(payment && { paid_by: payment.id }),
  });
  return {
    program,
    member,
    ...(payment && { payment }),
    wallets: missingWallet(member, program),
    command: {
      act: 'post',
      kind: 'earn',
      id: newId(),
      account,
      legs: legs(measured ? 1n : units),
      reference: {
        key: referenceKey(fact.keyedAs ?? 'earn', fact.reference),
        hash: contentHash(fact, member.id, program.id, { ...content, paidBy: payment?.id }),
      },
      slide: world.slide(program),
      effectiveAt: fact.occurredAt,
      narration: fact.narration,
      metadata: fact.metadata,
      details: { ...details([rule]) },
      ...(payment && { barred: () => whyNotPaid(payment, paid as Money, program) }),
      ...(measured && onItsTurn(measured, legs, details)),
    },
  };
}

/** Measures the purchase when the ledger comes to it, and counts what it used once it is posted. */
function onItsTurn(
  measured: () => MeasuredEarning,
  legs: (amount: bigint) => readonly Leg[],
  details: (rules: readonly object[]) => object,
): Pick<Post, 'measure' | 'posted'> {
  let earning: MeasuredEarning | undefined;
  return {
    measure: () => {
      earning = measured();
      return {
        legs: legs(earning.units),
        details: {
          ...details(earning.given),
          ...(earning.given.length > 1 && { raw: rawOf(earning.raw) }),
          ...(earning.counted && { counted: earning.counted }),
        },
      };
    },
    posted: () => earning?.count(),
  };
}

interface Measured {
  readonly units: bigint;
  /** For `explain`: which version of what said so. */
  readonly rule: object;
  readonly content: { readonly points?: string; readonly purchase?: object };
  /** What of the purchase was paid with points. */
  readonly paid?: Money;
}

function measure({ earned }: EarnFact, program: Program, currencies: readonly (string | undefined)[]): Measured {
  const base = { id: program.id, version: program.version };
  if ('points' in earned) {
    const units = readPoints(earned.points, program);
    const cause = earned.cause ?? { ...base, reason: 'Points stated by the caller.' };
    return { units, rule: { ...cause, units: String(units) }, content: { points: String(units) } };
  }
  const money = readMoney(earned.purchase, program, currencies);
  const paid = readPaidWithPoints(earned.purchase, money);
  const earning = Money.of(money.minor - (paid?.minor ?? 0n), money.currency);
  const raw = baseEarning(earning, program);
  const units = rounded(raw, program.terms.rounding.mode);
  const { points_per_unit, rounding } = program.terms;
  return {
    units: withinPosting(units, 'amount'),
    paid,
    content: { purchase: { ...earned.purchase, amount: money.toString(), ...(paid && { paid_with_points: paid.toString() }) } },
    rule: {
      ...base,
      units: String(units),
      raw: rawOf(raw),
      reason: `${points_per_unit} points for 1 ${money.currency} of ${earning.toString()}, rounded ${rounding.mode}.`,
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
