import { momentsUntil, nextMidnight } from './day-moments.policy.js';

const zone = 'Asia/Kolkata';

test('each local midnight since the last day that was worked on, then the present', () => {
  const now = new Date('2026-03-03T10:00:00+05:30');
  expect(momentsUntil('2026-02-28', now, zone)).toEqual([
    { moment: new Date('2026-03-01T00:00:00+05:30'), day: '2026-03-01', begins: true },
    { moment: new Date('2026-03-02T00:00:00+05:30'), day: '2026-03-02', begins: true },
    { moment: new Date('2026-03-03T00:00:00+05:30'), day: '2026-03-03', begins: true },
    { moment: now, day: '2026-03-03', begins: false },
  ]);
  expect(momentsUntil('2026-03-03', now, zone)).toEqual([{ moment: now, day: '2026-03-03', begins: false }]);
  expect(momentsUntil(null, now, zone).map(({ begins }) => begins)).toEqual([true, false]);
});

test('a day that has no midnight begins at its first moment, and none is left out when the clocks change', () => {
  const gap = momentsUntil('2026-09-05', new Date('2026-09-06T12:00:00-03:00'), 'America/Santiago');
  expect(gap[0]).toEqual({ moment: new Date('2026-09-06T01:00:00-03:00'), day: '2026-09-06', begins: true });
  const days = momentsUntil('2026-03-27', new Date('2026-03-30T01:00:00+02:00'), 'Europe/Berlin').map(({ day }) => day);
  expect(days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-30']);
  expect(nextMidnight(new Date('2026-03-29T10:00:00+02:00'), 'Europe/Berlin')).toEqual(new Date('2026-03-30T00:00:00+02:00'));
});
