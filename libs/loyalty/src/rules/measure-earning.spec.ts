import { Money } from '@tallystick/kernel';
import fc from 'fast-check';
import { TEST_TERMS } from '../../../../test/support/loyalty.js';
import { ruleOf } from '../../../../test/support/rules.js';
import type { Program, ProgramTerms } from '../programs/program.js';
import { NO_STANDING, matchesPattern, unmetBy, type PurchaseCase } from './conditions.policy.js';
import { EarningCounters } from './counters.policy.js';
import type { RuleConditions, RuleDefinition, RuleInForce } from './earning-rule.js';
import { assess, measureEarning, type Assessment, type MeasuredEarning } from './measure-earning.policy.js';
import { checkDefinition } from './rule-definition.policy.js';

const PROGRAM = 'a1111111-1111-7111-8111-111111111111';
const programOf = (terms: Partial<ProgramTerms> = {}, scale = 0): Program =>
  ({ id: PROGRAM, version: 3, scale, terms: { ...TEST_TERMS, ...terms } }) as Program;

let ids = 0;
const rule = (code: string, rest: Partial<RuleDefinition>): RuleInForce => ({
  id: `b1111111-1111-7111-8111-${String((ids += 1)).padStart(12, '0')}`,
  code,
  version: 1,
  definition: ruleOf(rest),
});

const caseOf = (amount: string, rest: Partial<PurchaseCase> = {}): PurchaseCase => ({
  programId: PROGRAM,
  currency: 'USD',
  money: Money.parse(amount, 'USD') as Money,
  purchase: {},
  occurredAt: new Date('2026-03-31T12:00:00Z'),
  zone: 'Asia/Kolkata',
  member: NO_STANDING,
  ...rest,
});

const assessmentOf = (program: Program, rules: RuleInForce[], given: PurchaseCase, counts = false): Assessment => ({
  program,
  given,
  memberId: 'c1111111-1111-7111-8111-111111111111',
  day: '2026-03-31',
  candidates: assess(rules, given),
  counts,
});
const measured = (program: Program, rules: RuleInForce[], given: PurchaseCase, counters = new EarningCounters()): MeasuredEarning =>
  measureEarning(assessmentOf(program, rules, given), counters);
const pointsOf = (rules: RuleInForce[], amount: string, terms: Partial<ProgramTerms> = {}): bigint =>
  measured(programOf(terms), rules, caseOf(amount)).units;

describe('one rounding at the end (C4.2)', () => {
  // Of cashback at a percentage: points at two decimals, so many for 100 of the currency.
  test.each([
    ['100.50', '1.5', [150n, 151n, 151n]],
    ['333.33', '3', [999n, 1000n, 1000n]],
    ['0.50', '1', [0n, 1n, 0n]],
    ['1.50', '1', [1n, 2n, 2n]],
    ['2.50', '1', [2n, 3n, 2n]],
  ])('%s x %s %% as the table has it', (amount, percent, expected) => {
    const rates = rule('rate', { stacking: 'exclusive', effect: { type: 'points_per_amount', points: percent, per: '100' } });
    const modes = ['floor', 'half_up', 'half_even'] as const;
    expect(modes.map((mode) => measured(programOf({ rounding: { mode } }, 2), [rates], caseOf(amount)).units)).toEqual(expected);
    const base = modes.map((mode) =>
      measured(programOf({ rounding: { mode }, points_per_unit: String(Number(percent) / 100) }, 2), [], caseOf(amount)),
    );
    expect(base.map(({ units }) => units)).toEqual(expected);
  });

  test('three thirds that stack are a whole: the sum is rounded, not its parts; the raw sum is kept', () => {
    const third = (code: string) => rule(code, { effect: { type: 'points_per_amount', points: '1', per: '3' } });
    const earning = measured(programOf({ points_per_unit: '0' }), [third('a'), third('b'), third('c')], caseOf('1.00'));
    expect(earning.units).toBe(1n);
    expect(earning.given.map(({ units }) => units)).toEqual(['0', '0', '0', '1']);
    expect(earning.raw.numerator * 1n).toBe(earning.raw.denominator);
  });

  test('minimum, then the cap of the transaction, then what is left of the period (C4.3)', () => {
    const capped = rule('capped', {
      effect: { type: 'points_per_amount', points: '1', per: '10' },
      minimum_points: '5',
      caps: { per_transaction: '8', per_member_day: '12' },
    });
    const counters = new EarningCounters();
    const earn = (amount: string): bigint => {
      const earning = measured(programOf({ points_per_unit: '0' }), [capped], caseOf(amount), counters);
      earning.count();
      return earning.units;
    };
    expect([earn('9.99'), earn('85.00'), earn('20.00')]).toEqual([5n, 7n, 0n]);
  });
});

describe('what rules give together', () => {
  const five = rule('five', { effect: { type: 'fixed', points: '5' } });
  const double = rule('double', { effect: { type: 'multiplier', factor: '2' } });
  const half = rule('half', { effect: { type: 'multiplier', factor: '1.5' }, priority: 50 });
  const rate = rule('rate', { effect: { type: 'points_per_amount', points: '3', per: '10' } });

  test.each<[string, RuleInForce[], bigint]>([
    ['the program alone', [], 100n],
    ['a fixed bonus adds', [five], 105n],
    ['a rate adds to the rate', [rate], 130n],
    ['a multiplier multiplies all rates, and no fixed bonus', [double, five, rate], 265n],
    ['multipliers multiply one another', [double, half], 300n],
    [
      'an exclusive rule is alone',
      [rule('alone', { stacking: 'exclusive', priority: 200, effect: { type: 'fixed', points: '7' } }), double],
      7n,
    ],
    [
      'an exclusive multiplier keeps the rate',
      [rule('triple', { stacking: 'exclusive', priority: 200, effect: { type: 'multiplier', factor: '3' } }), five],
      300n,
    ],
    [
      'behind another rule it is passed over',
      [rule('alone', { stacking: 'exclusive', priority: 1, effect: { type: 'fixed', points: '7' } }), five],
      105n,
    ],
    [
      'of two exclusive ones the higher wins',
      [
        rule('low', { stacking: 'exclusive', priority: 1, effect: { type: 'fixed', points: '7' } }),
        rule('high', { stacking: 'exclusive', priority: 2, effect: { type: 'fixed', points: '9' } }),
      ],
      9n,
    ],
  ])('%s', (_, rules, points) => {
    expect(pointsOf(rules, '100.00')).toBe(points);
  });

  test.each<['slice' | 'whole', string, bigint]>([
    ['slice', '100.00', 100n],
    ['slice', '150.00', 200n],
    ['slice', '600.00', 1_200n],
    ['whole', '99.99', 99n],
    ['whole', '100.00', 200n],
    ['whole', '600.00', 1_800n],
  ])('tiers of rate by %s: %s gives %d', (basis, amount, points) => {
    const tiers = [
      { from: '0', points: '1', per: '1' },
      { from: '100', points: '2', per: '1' },
      { from: '500', points: '3', per: '1' },
    ];
    const tiered = rule('tiers', { stacking: 'exclusive', effect: { type: 'rate_tiers', basis, tiers } });
    expect(pointsOf([tiered], amount)).toBe(points);
  });

  test("the member's tier multiplies the rates and leaves fixed bonuses", () => {
    const member = { ...NO_STANDING, tiers: new Map([[PROGRAM, { code: 'gold', multiplier: '1.25' }]]) };
    const earning = measured(programOf(), [five, rate], caseOf('100.00', { member }));
    expect(earning.given.map(({ units }) => units)).toEqual(['125', '5', '37']);
    expect(earning.given[0]!.reason).toContain('times 1.25 for tier gold');
  });
});

describe('conditions', () => {
  const merchant = { mcc: '5812', merchant_id: 'M-1', descriptor: 'Corner  Books 0042' };
  const given = caseOf('120.00', {
    purchase: { merchant, product_code: 'CARD', channel: 'online' },
    member: {
      attributes: { city: 'Pune', age: 42, joined: '2025-04-01' },
      segments: new Set(['vip']),
      tiers: new Map([[PROGRAM, { code: 'gold', multiplier: '1' }]]),
    },
  });
  /** Kolkata is 5:30 ahead: 31 March 2026 is a Tuesday, and 17:30 there. */
  const attribute = (test: 'in' | 'not_in' | 'at_least' | 'at_most' | 'present' | 'absent', code: string, ...values: string[]) => ({
    attributes: [{ code, test, ...(values.length > 0 && { values }) }],
  });

  test.each<[RuleConditions, boolean]>([
    [{}, true],
    [{ currency: 'USD' }, true],
    [{ currency: 'EUR' }, false],
    [{ amount: { min: '120', max: '120.00' } }, true],
    [{ amount: { min: '120.01' } }, false],
    [{ amount: { max: '119.99' } }, false],
    [{ mcc: { in: ['5811-5814'] } }, true],
    [{ mcc: { in: ['5411', '5812'] } }, true],
    [{ mcc: { in: ['5813-5999'] } }, false],
    [{ mcc: { not_in: ['5812'] } }, false],
    [{ mcc: { in: ['5000-5999'], not_in: ['5900-5999'] } }, true],
    [{ merchant_id: { in: ['M-1'] } }, true],
    [{ merchant_id: { in: ['M-2'] } }, false],
    [{ merchant_descriptor: { in: ['CORNER books *'] } }, true],
    [{ merchant_descriptor: { in: ['*books'] } }, false],
    [{ product_code: { in: ['CARD'] } }, true],
    [{ channel: { not_in: ['online'] } }, false],
    [{ time_windows: [{ days: ['tuesday'], from: '17:30', to: '17:31' }] }, true],
    [{ time_windows: [{ days: ['tuesday'], from: '09:00', to: '17:30' }] }, false],
    [{ time_windows: [{ days: ['monday'], from: '22:00', to: '18:00' }] }, true],
    [{ time_windows: [{ days: ['tuesday'], from: '22:00', to: '18:00' }] }, false],
    [{ time_windows: [{ days: ['saturday', 'sunday'], from: '00:00', to: '24:00' }] }, false],
    [attribute('in', 'city', 'Delhi', 'Pune'), true],
    [attribute('not_in', 'city', 'Pune'), false],
    [attribute('not_in', 'unknown', 'Pune'), true],
    [attribute('in', 'unknown', 'Pune'), false],
    [attribute('at_least', 'age', '9'), true],
    [attribute('at_most', 'age', '41.5'), false],
    [attribute('at_least', 'joined', '2025-03-31'), true],
    [attribute('at_least', 'unknown', '1'), false],
    [attribute('present', 'city'), true],
    [attribute('absent', 'city'), false],
    [{ segment: { in: ['vip', 'staff'] } }, true],
    [{ segment: { in: ['staff'] } }, false],
    [{ segment: { not_in: ['vip'] } }, false],
    [{ tier: { in: ['gold'] } }, true],
    [{ tier: { not_in: ['gold'] } }, false],
    [{ mcc: { in: ['5812'] }, channel: { in: ['shop'] } }, false],
  ])('%j is met: %s', (conditions, met) => {
    expect(unmetBy(given, { definition: ruleOf({ conditions }) }).length === 0).toBe(met);
  });

  test('what is not known is in nothing, and left out of nothing', () => {
    const bare = caseOf('120.00');
    expect(unmetBy(bare, { definition: ruleOf({ conditions: { mcc: { in: ['5812'] }, tier: { in: ['gold'] } } }) })).toHaveLength(2);
    expect(unmetBy(bare, { definition: ruleOf({ conditions: { mcc: { not_in: ['5812'] }, tier: { not_in: ['gold'] } } }) })).toEqual([]);
  });

  test.each<[string | null, string | null, boolean]>([
    ['2026-03-31T12:00:00Z', null, true],
    ['2026-03-31T12:00:01Z', null, false],
    [null, '2026-03-31T12:00:00Z', false],
    [null, '2026-03-31T12:00:01Z', true],
  ])('a schedule from %s to %s', (starts_at, ends_at, met) => {
    expect(unmetBy(given, { definition: ruleOf({ schedule: { starts_at, ends_at } }) }).length === 0).toBe(met);
  });

  test('a pattern takes no time worth speaking of', () => {
    expect(matchesPattern('a'.repeat(200), `${'*a'.repeat(100)}*b`)).toBe(false);
    expect(matchesPattern('ab', 'a*b*b')).toBe(false);
    expect(matchesPattern('abab', 'ab*ab')).toBe(true);
  });

  test('a draft that contradicts itself or the program is refused by field', () => {
    const wrong = ruleOf({
      conditions: {
        currency: 'EUR',
        amount: { min: '2', max: '1' },
        mcc: { in: ['5814-5811'] },
        channel: {},
        attributes: [
          { code: 'x', test: 'at_least', values: ['1', '2'] },
          { code: 'x', test: 'in' },
        ],
      },
      effect: { type: 'multiplier', factor: '0.5' },
      minimum_points: '0.5',
      caps: { per_member: '-1' },
      schedule: { starts_at: '2026-01-02T00:00:00Z', ends_at: '2026-01-01T00:00:00Z' },
    });
    expect(Object.keys(checkDefinition(wrong, programOf())).sort()).toEqual([
      'caps.per_member',
      'conditions.amount.max',
      'conditions.attributes.0.values',
      'conditions.attributes.1.values',
      'conditions.channel',
      'conditions.mcc.in',
      'effect.factor',
      'effect.type',
      'minimum_points',
      'schedule.ends_at',
    ]);
    const tiers = [
      { from: '1', points: '1', per: '0' },
      { from: '1', points: '1', per: '1' },
    ];
    expect(Object.keys(checkDefinition(ruleOf({ effect: { type: 'rate_tiers', basis: 'whole', tiers } }), programOf()))).toEqual([
      'effect.tiers.0.per',
      'effect.tiers.0.from',
      'effect.tiers.1.from',
    ]);
    expect(checkDefinition(ruleOf(), programOf())).toEqual({});
  });
});

describe('limits hold', () => {
  const purchases = fc.array(fc.record({ cents: fc.bigInt({ min: 0n, max: 50_000n }), member: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 40,
  });

  test('whatever comes, no cap or budget is exceeded, parts add up to the whole, and measuring alone changes nothing', () => {
    fc.assert(
      fc.property(purchases, fc.constantFrom('floor', 'half_up', 'half_even' as const), (list, mode) => {
        const program = programOf({ rounding: { mode: mode as 'floor' }, points_per_unit: '0.333333' }, 1);
        const bonus = rule('bonus', {
          effect: { type: 'multiplier', factor: '1.7' },
          caps: { per_transaction: '90', per_member_day: '150', per_member: '200' },
          budget: { total: '400' },
        });
        const counters = new EarningCounters();
        const sums = new Map<number, bigint>();
        for (const { cents, member } of list) {
          const assessment = { ...assessmentOf(program, [bonus], caseOf('0', { money: Money.of(cents, 'USD') })), memberId: `m-${member}` };
          const simulated = measureEarning(assessment, counters);
          const earning = measureEarning(assessment, counters);
          expect(simulated.units).toBe(earning.units);
          earning.count();
          expect(earning.given.reduce((sum, { units }) => sum + BigInt(units), 0n)).toBe(earning.units);
          const given = BigInt(earning.given[1]!.units);
          expect(given <= 900n).toBe(true);
          sums.set(member, (sums.get(member) ?? 0n) + given);
        }
        for (const sum of sums.values()) expect(sum <= 1_500n).toBe(true);
        expect([...sums.values()].reduce((sum, units) => sum + units, 0n) <= 4_000n).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
