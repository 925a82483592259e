import { DEFAULT_TERMS } from '../programs/program.js';
import type { RedeemLimit } from '../programs/program.js';
import { cycleStart, leftWithin, pastLimit } from './redeem-limits.policy.js';

const zone = 'Asia/Kolkata';
const local = (moment: string): Date => new Date(`${moment}+05:30`);
const program = (...limits: RedeemLimit[]) => ({ scale: 1, terms: { ...DEFAULT_TERMS, currency: 'INR', redeem_limits: limits } });

test('cycles begin by the calendar of the tenant; weeks on Monday', () => {
  const now = local('2026-11-22T00:30:00');
  const starts = (['day', 'week', 'month', 'year'] as const).map((per) => cycleStart(per, now, zone));
  expect(starts).toEqual(['2026-11-22', '2026-11-16', '2026-11-01', '2026-01-01'].map((day) => local(`${day}T00:00:00`)));
});

test('each limit counts what stands in its own cycle, in points and in number', () => {
  const now = local('2026-11-22T12:00:00');
  const standing = [
    { at: local('2026-11-22T00:00:00'), units: 300n },
    { at: local('2026-11-21T23:59:59'), units: 500n },
    { at: local('2026-10-31T10:00:00'), units: 9_000n },
  ];
  const day = { per: 'day', points: '40', count: null } as const;
  const month = { per: 'month', points: '90.5', count: null } as const;
  const past = (units: bigint, ...limits: RedeemLimit[]) => pastLimit(program(...limits), standing, units, now, zone);
  expect([past(100n, day), past(101n, day)]).toEqual([undefined, 'At most 40 points a day: 10.0 are left.']);
  expect([past(105n, month), past(106n, month)]).toEqual([undefined, 'At most 90.5 points a month: 10.5 are left.']);
  expect(past(101n, month, day)).toMatch(/a day/);
  expect(past(1n, { per: 'week', points: null, count: 2 })).toBe('At most 2 redemptions a week.');
  expect(past(1n, { per: 'year', points: null, count: 4 })).toBeUndefined();
});

test('what all limits leave is the least of them', () => {
  const now = local('2026-11-22T12:00:00');
  const standing = [{ at: local('2026-11-22T00:00:00'), units: 300n }];
  const left = (most: string | null, ...limits: RedeemLimit[]) => {
    const { scale, terms } = program(...limits);
    return leftWithin({ scale, terms: { ...terms, max_redeem: most } }, standing, now, zone);
  };
  const day = { per: 'day', points: '40', count: null } as const;
  expect([left(null), left('5'), left('50', day), left('5', day)]).toEqual([null, 50n, 100n, 50n]);
  expect([left(null, { per: 'week', points: null, count: 1 }), left(null, { per: 'week', points: null, count: 2 })]).toEqual([0n, null]);
});
