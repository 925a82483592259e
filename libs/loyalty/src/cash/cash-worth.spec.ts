import fc from 'fast-check';
import type { CashConfig } from './cash-config.js';
import { automaticUnits, checkCycle, checkSize, cycleStart, worthOf } from './cash-worth.policy.js';

const terms = (points: bigint, value: bigint, currency = 'INR') => ({ points, value, currency });
/** 100.00 points are worth 25.00. */
const CONFIG = {
  ...terms(10_000n, 25_000_000n),
  scale: 2,
  minPoints: 1_000n,
  maxPoints: 50_000n,
  cycle: 'month',
  maxPointsPerCycle: 60_000n,
  maxRedemptionsPerCycle: 3,
  automatic: null,
} as unknown as CashConfig;

describe('what points are worth', () => {
  it.each([
    [2_550n, terms(10_000n, 25_000_000n), '6.37'],
    [10n, terms(10n, 10_000_000n), '10.00'],
    [1n, terms(3n, 1_000_000n), '0.33'],
    [2n, terms(3n, 1_000_000n), '0.66'],
    [7n, terms(1n, 1_500_000n, 'JPY'), '10'],
    [7n, terms(1n, 1_234_567n, 'KWD'), '8.641'],
    [10n ** 12n, terms(1n, 1n), '1000000.00'],
  ])('%d smallest units at %j are %s', (units, at, worth) => expect(worthOf(units, at).money.toString()).toBe(worth));

  it('is never more in parts than at once, nor more than its exact fraction (LED-08)', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 8 }),
        amount,
        amount,
        fc.constantFrom('INR', 'JPY', 'KWD'),
        (parts, points, value, currency) => {
          const at = terms(points, value, currency);
          const whole = worthOf(
            parts.reduce((sum, part) => sum + part, 0n),
            at,
          );
          const inParts = parts.reduce((sum, part) => sum + worthOf(part, at).money.minor, 0n);
          expect(inParts <= whole.money.minor).toBe(true);
          expect(whole.money.minor * whole.denominator <= whole.numerator).toBe(true);
          expect(whole.numerator - whole.money.minor * whole.denominator < whole.denominator).toBe(true);
        },
      ),
    );
  });
});

const limitOf = (check: () => void): unknown => {
  try {
    check();
    return undefined;
  } catch (refusal) {
    return (refusal as { details: { errors: object } }).details.errors;
  }
};

describe('the limits', () => {
  it.each([
    [999n, { limit: 'min_points', points: ['At least 10.00 points.'] }],
    [1_000n, undefined],
    [50_000n, undefined],
    [50_001n, { limit: 'max_points', points: ['At most 500.00 points.'] }],
  ])('of one redemption, of %d units', (units, errors) => expect(limitOf(() => checkSize(units, CONFIG))).toEqual(errors));

  it('refuse what is worth nothing', () => {
    const cheap = { ...CONFIG, minPoints: null, value: 1n };
    expect(limitOf(() => checkSize(1n, cheap))).toMatchObject({ limit: 'min_points' });
  });

  it.each([
    [10_000n, 50_000n, 2, undefined],
    [10_001n, 50_000n, 2, { limit: 'cycle', points: ['At most 100.00 points more in this month.'] }],
    [1_000n, 70_000n, 2, { limit: 'cycle', points: ['At most 0.00 points more in this month.'] }],
    [1_000n, 0n, 3, { limit: 'cycle', points: ['At most 3 redemptions in a month.'] }],
  ])('of a cycle, for %d units after %d in %d redemptions', (units, points, redemptions, errors) =>
    expect(limitOf(() => checkCycle(units, { points, redemptions }, CONFIG))).toEqual(errors),
  );

  it.each([
    ['day', '2026-03-31T18:30:00.000Z'],
    ['week', '2026-03-29T18:30:00.000Z'],
    ['month', '2026-03-31T18:30:00.000Z'],
    ['year', '2025-12-31T18:30:00.000Z'],
  ] as const)("begin a %s in the tenant's zone", (cycle, start) =>
    expect(cycleStart(cycle, new Date('2026-03-31T18:30:00Z'), 'Asia/Kolkata').toISOString()).toBe(start),
  );
});

test('points go by themselves in whole steps, as many as all limits leave', () => {
  const config = { ...CONFIG, minPoints: 1_500n, automatic: { at: 2_000n, step: 1_000n } };
  const none = { points: 0n, redemptions: 0 };
  const units = (available: bigint, rest: object = {}, terms: object = {}): bigint =>
    automaticUnits({ ...config, ...terms }, { available, used: none, least: null, most: null, ...rest });
  expect([units(1_999n), units(2_000n), units(99_999n), units(2_999n)]).toEqual([0n, 2_000n, 50_000n, 2_000n]);
  expect(units(99_999n, { used: { points: 55_500n, redemptions: 2 } })).toBe(4_000n);
  expect([units(99_999n, { used: { points: 0n, redemptions: 3 } }), units(99_999n, { used: { points: 70_000n, redemptions: 0 } })]).toEqual(
    [0n, 0n],
  );
  expect([units(9_999n, { most: 3_500n }), units(9_999n, { most: 1_400n }), units(9_999n, { least: 10_000n })]).toEqual([3_000n, 0n, 0n]);
  expect([units(9_999n, {}, { automatic: null }), units(2_000n, {}, { value: 1n })]).toEqual([0n, 0n]);
});
