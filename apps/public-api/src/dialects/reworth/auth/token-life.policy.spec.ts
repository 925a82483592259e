import { isRenewed, validUntil } from './token-life.policy.js';

test('a token is replaced when two hours or less are left, and not a second before (C10.1)', () => {
  const now = 1_645_000_000;
  expect([7_201, 7_200, 7_199, 1, 0].map((left) => isRenewed(now + left, now))).toEqual([false, true, true, true, true]);
});

test.each([
  ['America/Mexico_City', 'Your JWT is valid until February 17, 2022 5:37 PM'],
  ['UTC', 'Your JWT is valid until February 17, 2022 11:37 PM'],
  ['Asia/Kolkata', 'Your JWT is valid until February 18, 2022 5:07 AM'],
])('in %s the sample is said as %s', (zone, message) => {
  expect(validUntil(Date.parse('2022-02-17T23:37:20Z') / 1_000, zone)).toBe(message);
});
