import fc from 'fast-check';
import { rounded, split } from './split.policy.js';
import { grossCashback, largestFitting, standing } from './standing.policy.js';
import type { Terms } from './terms.js';

const part = fc.bigInt({ min: 0n, max: 10n ** 12n });
const shares = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.nat(10_000)).map(([first, second]) => {
  const rest = 10_000 - first;
  const middle = Math.min(rest, second);
  return [first, middle, rest - middle] as const;
});
const terms = (given: Partial<Terms> = {}): Terms => ({
  kind: 'recurring',
  currency: 'MXN',
  rateBps: 1_000,
  fixedAmount: null,
  rounding: 'half_up',
  minAmount: null,
  capPerTransaction: null,
  capPerPeriod: null,
  capPeriod: null,
  perUserLimit: null,
  fundedBy: { merchant: 10_000, institution: 0, platform: 0 },
  shares: { customer: 10_000, institution: 0, platform: 0 },
  ...given,
});

describe('shares', () => {
  test('10.01 at 60/25/15 is 6.01, 2.50 and 1.50; ties go in order (C4.4)', () => {
    expect(split(1_001n, [60, 25, 15])).toEqual([601n, 250n, 150n]);
    expect(split(1n, [5_000, 5_000])).toEqual([1n, 0n]);
    expect(split(2n, [3_333, 3_333, 3_334])).toEqual([1n, 0n, 1n]);
    expect(() => split(1n, [0, 0])).toThrow();
  });

  test('sum to the whole, each within one of its exact part (LED-08)', () => {
    fc.assert(
      fc.property(part, shares, (total, weights) => {
        const parts = split(total, weights);
        expect(parts.reduce((a, b) => a + b)).toBe(total);
        parts.forEach((one, index) => {
          const exact = total * BigInt(weights[index]!);
          const off = one * 10_000n - exact;
          expect(off > -10_000n && off < 10_000n).toBe(true);
        });
      }),
    );
  });
});

describe('a reward', () => {
  test.each([
    ['100.50 at 1.5 %', 10_050n, 150, [150n, 151n, 151n]],
    ['333.33 at 3 %', 33_333n, 300, [999n, 1_000n, 1_000n]],
    ['0.50 at 1 %', 50n, 100, [0n, 1n, 0n]],
    ['1.50 at 1 %', 150n, 100, [1n, 2n, 2n]],
    ['2.50 at 1 %', 250n, 100, [2n, 3n, 2n]],
  ])('of %s is rounded once (C4.2)', (_, amount, rateBps, expected) => {
    const modes = (['floor', 'half_up', 'half_even'] as const).map((rounding) => grossCashback(terms({ rateBps, rounding }), amount));
    expect(modes).toEqual(expected);
    expect(rounded(amount * BigInt(rateBps), 10_000n, 'floor')).toBe(expected[0]);
  });

  test('is 0 below the minimum and never above the cap of a transaction, which comes after it (C4.3)', () => {
    const capped = terms({ minAmount: 1_000n, capPerTransaction: 150n });
    expect([999n, 1_000n, 9_999n].map((amount) => grossCashback(capped, amount))).toEqual([0n, 100n, 150n]);
    expect(grossCashback(terms({ rateBps: null, fixedAmount: 70n, minAmount: 100n }), 100n)).toBe(70n);
  });

  test('is given back exactly by any partition of a refund; what is left always balances (C3.6)', () => {
    fc.assert(
      fc.property(
        part.filter((amount) => amount > 0n),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        shares,
        shares,
        (amount, measured, cuts, [customer, institution, platform], [merchant, bank, house]) => {
          const mine = terms({ shares: { customer, institution, platform }, fundedBy: { merchant, institution: bank, platform: house } });
          const scaled = cuts.map((cut) => (amount * BigInt(Math.floor(cut * 1e6))) / 1_000_000n);
          const sums = [0n, ...scaled.sort((a, b) => (a < b ? -1 : 1)), amount];
          let given = 0n;
          for (let n = 1; n < sums.length; n++) {
            const [before, after] = [standing(mine, measured, sums[n - 1]!, amount), standing(mine, measured, sums[n]!, amount)];
            const taken = before.cashback - after.cashback;
            expect(taken >= 0n).toBe(true);
            given += taken;
            expect(after.charge).toBe(after.cashback + after.institutionPart + after.platformPart);
            expect(after.charge).toBe(after.fundedMerchant + after.fundedInstitution + after.fundedPlatform);
            expect([after.institutionPart, after.platformPart, after.fundedMerchant].every((one) => one >= 0n)).toBe(true);
          }
          expect(given).toBe(measured);
        },
      ),
    );
  });

  test('three refunds of a third of 300.00 take 33, 34, 33 of 1.00', () => {
    const left = [0n, 10_000n, 20_000n, 30_000n].map((refunded) => standing(terms(), 100n, refunded, 30_000n).cashback);
    expect(left).toEqual([100n, 67n, 33n, 0n]);
  });

  test('is cut to the largest that fits', () => {
    fc.assert(fc.property(part, part, (most, limit) => largestFitting(most, (one) => one <= limit) === (most < limit ? most : limit)));
  });
});
