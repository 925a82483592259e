import { Points, currencyExponent, parseDecimal, type Money } from '@tallystick/kernel';
import type { Program } from '../programs/program.js';
import { pointsText, unmetBy, type PurchaseCase } from './conditions.policy.js';
import { EarningCounters, countedLimits, programLimits, purchaseCounters, type CountedLimit, type CounterKey } from './counters.policy.js';
import type { Rate, RuleInForce } from './earning-rule.js';
import { RATE_SCALE, atRate, baseEarning } from './earning.policy.js';
import { FACTOR_SCALE, NOTHING, ONE, plus, rawOf, rounded, times, type Fraction } from './fraction.policy.js';

/** A limit that took something away, in points. */
export interface Cut {
  readonly limit: string;
  readonly most: string;
  readonly cut: string;
}

/** What one rule gave, for `details` of the posting and `explain`; units in the program's smallest unit. */
export interface GivenByRule {
  /** The program's id for its own rate. */
  readonly id: string;
  readonly version: number;
  readonly code?: string;
  readonly units: string;
  readonly raw?: string;
  readonly reason: string;
  readonly cuts?: readonly Cut[];
  /** The counters it used, as `member period` or `budget period`: a refund gives them back. */
  readonly counted?: readonly string[];
}

/** What a rule said to a purchase. */
export interface RuleVerdict {
  readonly rule: RuleInForce;
  readonly applies: boolean;
  readonly units: bigint;
  /** Why, or why not. */
  readonly reasons: readonly string[];
  readonly cuts: readonly Cut[];
}

/** What a purchase earns, rule by rule. */
export interface MeasuredEarning {
  readonly units: bigint;
  /** The exact sum before the one rounding; limits are applied after it (C4.2, C4.3). */
  readonly raw: Fraction;
  readonly given: readonly GivenByRule[];
  readonly verdicts: readonly RuleVerdict[];
  /** What it used of the program's own caps, in the periods named. */
  readonly counted?: { readonly units: string; readonly periods: readonly string[] };
  /** Takes the use of limits and the purchase into the counters; once it is posted. */
  count(): void;
}

/** A rule with what speaks against it, counts apart. */
export interface Candidate {
  readonly rule: RuleInForce;
  readonly unmet: readonly string[];
}

/** A purchase, ready to be measured: the rules looked at once, the counters when its turn comes. */
export interface Assessment {
  readonly program: Program;
  readonly given: PurchaseCase;
  readonly memberId: string;
  /** The day of the purchase in the tenant's zone: periods are counted by it (C2.7). */
  readonly day: string;
  readonly candidates: readonly Candidate[];
  /** Whether the program counts its members' purchases. */
  readonly counts: boolean;
}

/** Rules in the order in which they are taken. */
export const inOrder = <T extends Pick<RuleInForce, 'code' | 'definition'>>(rules: readonly T[]): T[] =>
  [...rules].sort((a, b) => b.definition.priority - a.definition.priority || (a.code < b.code ? -1 : 1));

/** Looks at a purchase with the program's rules, all but what depends on counts. */
export const assess = (rules: readonly RuleInForce[], given: PurchaseCase): Candidate[] =>
  inOrder(rules).map((rule) => ({ rule, unmet: unmetBy(given, rule) }));

/** The counters that measuring may read and change. */
export function countersOf({ program, candidates, counts, memberId, day }: Assessment): CounterKey[] {
  const limits = candidates.filter(({ unmet }) => unmet.length === 0).flatMap(({ rule }) => countedLimits(rule, memberId, day));
  const { purchases, firsts } = purchaseCounters(program.id, memberId);
  return [...[...limits, ...programLimits(program, memberId, day)].map(({ key }) => key), ...(counts ? [purchases, firsts] : [])];
}

/** A rule that applies, with its exact share of the earning. */
interface Share {
  readonly rule: RuleInForce | null;
  readonly amount: Fraction;
  readonly reason: string;
}

/** What one share comes to, once its limits are applied. */
interface Part {
  readonly share: Share;
  units: bigint;
  readonly cuts: Cut[];
  readonly keys: readonly CounterKey[];
}

/**
 * What a purchase earns: the program's rate, the member's tier and the rules that apply, each exact; their sum is rounded once, by the
 * program's mode; then for each rule its minimum, its cap of the transaction and what is left of its caps and budgets, and for all
 * together the caps of the program (C4.2, C4.3).
 */
export function measureEarning(assessment: Assessment, counters: EarningCounters): MeasuredEarning {
  const { program, memberId, day } = assessment;
  const { applying, refused } = choose(assessment, counters);
  const shares = sharesOf(assessment, applying);
  const raw = shares.reduce((sum, share) => plus(sum, share.amount), NOTHING);
  let [running, before] = [NOTHING, 0n];
  const parts = shares.map((share): Part => {
    // Each share is what it adds to the rounded sum: together they are the sum, rounded once.
    running = plus(running, share.amount);
    const upTo = rounded(running, program.terms.rounding.mode);
    const units = upTo - before;
    before = upTo;
    return share.rule ? limited(share, share.rule, units, assessment, counters) : { share, units, cuts: [], keys: [] };
  });
  const ofProgram = programLimits(program, memberId, day);
  cutAll(parts, ofProgram, assessment, counters);
  const units = parts.reduce((sum, part) => sum + part.units, 0n);
  const verdicts = [
    ...refused.map(({ rule, reasons }): RuleVerdict => ({ rule, applies: false, units: 0n, reasons, cuts: [] })),
    ...parts.flatMap(({ share: { rule, reason }, units: given, cuts }): RuleVerdict[] =>
      rule ? [{ rule, applies: true, units: given, reasons: [reason], cuts }] : [],
    ),
  ];
  return {
    units,
    raw,
    given: parts.map((part) => told(part, assessment)),
    ...(ofProgram.length > 0 && { counted: { units: String(units), periods: ofProgram.map(({ key }) => key.period) } }),
    verdicts: inOrder(verdicts.map((verdict) => ({ ...verdict.rule, verdict }))).map(({ verdict }) => verdict),
    count: () => {
      for (const part of parts) for (const key of part.keys) counters.add(key, part.units);
      for (const { key } of ofProgram) counters.add(key, units);
      if (!assessment.counts) return;
      const { purchases, firsts } = purchaseCounters(program.id, memberId);
      if (counters.of(purchases) === 0n) counters.add(firsts, 1n);
      counters.add(purchases, 1n);
    },
  };
}

/** A part as the posting keeps it. */
function told({ share: { rule, amount, reason }, units, cuts, keys }: Part, { program, memberId }: Assessment): GivenByRule {
  const source = rule ? { id: rule.id, version: rule.version, code: rule.code } : { id: program.id, version: program.version };
  return {
    ...source,
    units: String(units),
    raw: rawOf(amount),
    reason,
    ...(cuts.length > 0 && { cuts }),
    ...(keys.length > 0 && { counted: keys.map((key) => `${key.member === memberId ? 'member' : 'budget'} ${key.period}`) }),
  };
}

interface Chosen {
  readonly applying: readonly RuleInForce[];
  readonly refused: readonly { readonly rule: RuleInForce; readonly reasons: readonly string[] }[];
}

/** Who applies, from the highest priority down: the first exclusive one ends the choice, and is passed over behind another. */
function choose({ program, candidates, memberId }: Assessment, counters: EarningCounters): Chosen {
  const applying: RuleInForce[] = [];
  const refused: { rule: RuleInForce; reasons: readonly string[] }[] = [];
  let alone: RuleInForce | undefined;
  for (const { rule, unmet } of candidates) {
    const reasons = [...unmet, ...unmetCounts(rule, program.id, memberId, counters)];
    if (reasons.length === 0 && alone) reasons.push(`The rule ${alone.code} applies alone.`);
    if (reasons.length === 0 && rule.definition.stacking === 'exclusive' && applying[0])
      reasons.push(`It applies alone only, and ${applying[0].code} comes first.`);
    if (reasons.length > 0) {
      refused.push({ rule, reasons });
      continue;
    }
    applying.push(rule);
    if (rule.definition.stacking === 'exclusive') alone = rule;
  }
  return { applying, refused };
}

function unmetCounts(
  { definition: { conditions } }: RuleInForce,
  programId: string,
  memberId: string,
  counters: EarningCounters,
): string[] {
  const { first_purchase: first, nth_purchase: nth } = conditions;
  if (!first && !nth) return [];
  const keys = purchaseCounters(programId, memberId);
  const number = counters.of(keys.purchases) + 1n;
  // The first is given at most once more (C3.11).
  if (first && !(number === 1n && counters.of(keys.firsts) < 2n)) return ["It is not the member's first purchase."];
  if (!nth) return [];
  const meets = nth.repeat ? number % BigInt(nth.n) === 0n : number === BigInt(nth.n);
  return meets ? [] : [`It is the member's purchase number ${number}, not ${nth.repeat ? 'each ' : ''}number ${nth.n}.`];
}

/** The exact shares: the program's rate first, then the rules in their order, multipliers over all rates last. */
function sharesOf({ program, given }: Assessment, applying: readonly RuleInForce[]): Share[] {
  const tier = given.member.tiers.get(program.id);
  const tierFactor = tier ? (parseDecimal(tier.multiplier, FACTOR_SCALE) as bigint) : ONE;
  const byTier = tierFactor === ONE || !tier ? '' : `, times ${tier.multiplier} for tier ${tier.code}`;
  const shares: Share[] = [base({ program, given }, applying, tierFactor, byTier)];
  let rates = (shares[0] as Share).amount;
  for (const rule of applying) {
    const { effect } = rule.definition;
    if (effect.type === 'multiplier') continue;
    if (effect.type === 'fixed') {
      shares.push({
        rule,
        amount: { numerator: unitsOf(effect.points, program.scale), denominator: 1n },
        reason: `${effect.points} points.`,
      });
      continue;
    }
    const amount = times(ratesOf(given.money, effect, program.scale), tierFactor);
    rates = plus(rates, amount);
    shares.push({ rule, amount, reason: `${sayRate(effect, given.money)}${byTier}.` });
  }
  for (const rule of applying) {
    const { effect } = rule.definition;
    if (effect.type !== 'multiplier') continue;
    const factor = parseDecimal(effect.factor, FACTOR_SCALE) as bigint;
    const amount = times(rates, factor - ONE);
    rates = plus(rates, amount);
    shares.push({ rule, amount, reason: `Times ${effect.factor} what the rates give.` });
  }
  return shares;
}

/** The program's own rate: it adds to the rules that stack and to a multiplier, and gives way to any other rule that applies alone. */
function base(
  { program, given }: Pick<Assessment, 'program' | 'given'>,
  applying: readonly RuleInForce[],
  tierFactor: bigint,
  byTier: string,
): Share {
  const { points_per_unit: rate, currency, rounding } = program.terms;
  const { money } = given;
  const none = (reason: string): Share => ({ rule: null, amount: NOTHING, reason });
  const alone = applying.find(({ definition }) => definition.stacking === 'exclusive' && definition.effect.type !== 'multiplier');
  if (alone) return none(`The rule ${alone.code} applies alone.`);
  if (money.currency !== currency) return none(`The program's rate is for ${currency}.`);
  const reason = `${rate} points for 1 ${currency} of ${money.toString()}${byTier}, rounded ${rounding.mode}.`;
  return { rule: null, amount: times(baseEarning(money, program), tierFactor), reason };
}

type RateEffect = Extract<RuleInForce['definition']['effect'], { type: 'points_per_amount' | 'rate_tiers' }>;

function ratesOf(money: Money, effect: RateEffect, scale: number): Fraction {
  const minor = (text: string): bigint => parseDecimal(text, currencyExponent(money.currency)) as bigint;
  const at = (amount: bigint, { points, per }: Rate): Fraction =>
    atRate(amount, parseDecimal(points, RATE_SCALE) as bigint, minor(per), scale);
  if (effect.type === 'points_per_amount') return at(money.minor, effect);
  const reached = effect.tiers.filter((tier) => minor(tier.from) <= money.minor);
  const last = reached.at(-1);
  if (!last) return NOTHING;
  if (effect.basis === 'whole') return at(money.minor, last);
  return reached.reduce((sum, tier, index) => {
    const next = reached[index + 1];
    return plus(sum, at((next ? minor(next.from) : money.minor) - minor(tier.from), tier));
  }, NOTHING);
}

const sayRate = (effect: RateEffect, money: Money): string =>
  effect.type === 'points_per_amount'
    ? `${effect.points} points for ${effect.per} ${money.currency} of ${money.toString()}`
    : `${money.toString()} ${money.currency} by rates for ${effect.basis === 'whole' ? 'the whole amount' : 'each part of the amount'}`;

/** Minimum, cap of the transaction, then what is left of the caps and budgets that count (C4.3). */
function limited(share: Share, rule: RuleInForce, given: bigint, { program, memberId, day }: Assessment, counters: EarningCounters): Part {
  const { minimum_points: minimum, caps } = rule.definition;
  const least = minimum === null ? 0n : unitsOf(minimum, program.scale);
  const limits = countedLimits(rule, memberId, day);
  const part: Part = { share, units: given < least ? least : given, cuts: [], keys: limits.map(({ key }) => key) };
  const all = caps.per_transaction === undefined ? limits : [{ name: 'per_transaction', most: caps.per_transaction }, ...limits];
  for (const limit of all) {
    const left = leftOf(limit, program.scale, counters);
    if (part.units > left) cutBy(part, part.units - left, limit, program.scale);
  }
  return part;
}

/** The program's own caps, on the sum: what is too much is taken from the rules, the last first, before it is taken from the rate. */
function cutAll(parts: readonly Part[], counted: readonly CountedLimit[], { program }: Assessment, counters: EarningCounters): void {
  const { per_transaction: most } = program.terms.earn_caps;
  for (const limit of most === null ? counted : [{ name: 'program_per_transaction', most }, ...counted]) {
    let excess = parts.reduce((sum, part) => sum + part.units, 0n) - leftOf(limit, program.scale, counters);
    for (const part of [...parts].reverse()) {
      if (excess <= 0n) break;
      const cut = excess < part.units ? excess : part.units;
      if (cut > 0n) cutBy(part, cut, limit, program.scale);
      excess -= cut;
    }
  }
}

type Limit = Pick<CountedLimit, 'name' | 'most'> & { readonly key?: CounterKey };

function leftOf({ most, key }: Limit, scale: number, counters: EarningCounters): bigint {
  const left = unitsOf(most, scale) - (key ? counters.of(key) : 0n);
  return left < 0n ? 0n : left;
}

function cutBy(part: Part, units: bigint, { name, most }: Limit, scale: number): void {
  part.units -= units;
  part.cuts.push({ limit: name, most, cut: pointsText(units, scale) });
}

const unitsOf = (points: string, scale: number): bigint => (Points.parse(points, scale) as Points).units;
