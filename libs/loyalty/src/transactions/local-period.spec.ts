import { bucketsOf, finalDay, firstDay } from './local-period.policy.js';

test('moments count as the local days they lie in; the end is the first moment that is no longer within', () => {
  expect(firstDay('2026-03-31', 'Asia/Kolkata')).toBe('2026-03-31');
  expect(firstDay('2026-03-31T18:29:59Z', 'Asia/Kolkata')).toBe('2026-03-31');
  expect(firstDay('2026-03-31T18:30:00Z', 'Asia/Kolkata')).toBe('2026-04-01');
  expect(finalDay('2026-03-31', 'Asia/Kolkata')).toBe('2026-03-31');
  expect(finalDay('2026-03-31T18:30:00Z', 'Asia/Kolkata')).toBe('2026-03-31');
  expect(finalDay('2026-03-31T18:30:01Z', 'Asia/Kolkata')).toBe('2026-04-01');
});

test('a period is cut into days, weeks from Monday, and months, none left out', () => {
  const periods = (first: string, last: string, granularity: 'day' | 'week' | 'month') => [
    ...bucketsOf({ first, last }, granularity).entries(),
  ];
  expect(periods('2028-02-28', '2028-03-01', 'day').map(([day]) => day)).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
  expect(periods('2026-01-01', '2026-01-06', 'week')).toEqual([
    ['2025-12-29', { first: '2026-01-01', last: '2026-01-04' }],
    ['2026-01-05', { first: '2026-01-05', last: '2026-01-06' }],
  ]);
  expect(periods('2025-12-31', '2026-02-01', 'month').map(([, { first, last }]) => [first, last])).toEqual([
    ['2025-12-31', '2025-12-31'],
    ['2026-01-01', '2026-01-31'],
    ['2026-02-01', '2026-02-01'],
  ]);
});

test('a period that ends before it begins, or is too long for its steps, is refused', () => {
  const refused = (first: string, last: string) => () => bucketsOf({ first, last }, 'day');
  expect(refused('2026-01-02', '2026-01-01')).toThrow();
  expect(refused('2026-01-01', '2027-02-05')).toThrow();
  expect(refused('2026-01-01', '2027-02-04')().size).toBe(400);
});
