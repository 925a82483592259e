import fc from 'fast-check';
import { DateTime } from 'luxon';
import { periodStart, rateAt, WINDOW_ID, windowFrom, windowId, type RateChange, type WindowRate } from './calendar.policy.js';

const tenantId = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
const at = (text: string, zone = 'utc'): Date => DateTime.fromISO(text, { zone }).toJSDate();

test('weeks are ISO weeks from Monday in the zone of the tenant, days begin at its midnight (C6.2)', () => {
  const zone = 'America/Mexico_City';
  const week = windowFrom(periodStart(at('2025-11-14T12:00', zone), 0, zone), { tenantId, zone, changes: [] }, null);
  expect([week.id, week.startsAt, week.endsAt]).toEqual(['W-2025-46-4f6f0a01', at('2025-11-10', zone), at('2025-11-17', zone)]);
  const daily = { tenantId, zone, changes: [{ at: new Date(0), rate: 1 as const }] };
  expect(windowFrom(at('2025-11-14', zone), daily, null).id).toBe('D-2025-11-14-4f6f0a01');
  // The year of a week is that of its Thursday.
  expect(windowId(tenantId, 0, '2027-01-03')).toBe('W-2026-53-4f6f0a01');
});

test('0 is weekly and so is nothing said (C6.1)', () => {
  const changes: RateChange[] = [
    { at: at('2026-01-05'), rate: 0 },
    { at: at('2026-02-05'), rate: 1 },
    { at: at('2026-03-05'), rate: 0 },
  ];
  const days = ['2026-01-04', '2026-01-05', '2026-02-04', '2026-02-05', '2026-03-05'];
  expect(days.map((day) => rateAt(changes, at(day)))).toEqual([0, 0, 0, 1, 0]);
  expect([rateAt([], at('2026-01-01')), rateAt(changes.slice(1), at('2026-01-01'))]).toEqual([0, 1]);
});

test.each([
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  // Clocks skip midnight: the day begins at one.
  ['America/Santiago', '2026-09-06', 23],
])('a day of %s on %s has %s hours', (zone, day, hours) => {
  const changes = [{ at: new Date(0), rate: 1 as const }];
  const { startsAt, endsAt, id } = windowFrom(periodStart(at(`${day}T15:00`, zone), 1, zone), { tenantId, zone, changes }, null);
  expect([(endsAt.getTime() - startsAt.getTime()) / 3_600_000, id]).toEqual([hours, `D-${day}-4f6f0a01`]);
});

test('a change of the rate waits for the end of the window that has begun', () => {
  const zone = 'Asia/Kolkata';
  const changes: RateChange[] = [
    { at: at('2026-01-01', zone), rate: 0 },
    { at: at('2026-01-07T10:00', zone), rate: 1 },
    { at: at('2026-01-14T10:00', zone), rate: 0 },
  ];
  const ids: string[] = [];
  let [start, last]: [Date, string | null] = [at('2026-01-05', zone), null];
  for (let n = 0; n < 6; n++) {
    const window = windowFrom(start, { tenantId, zone, changes }, last);
    ids.push(window.id.slice(0, -9));
    [start, last] = [window.endsAt, window.lastDay];
  }
  expect(ids).toEqual(['W-2026-02', 'D-2026-01-12', 'D-2026-01-13', 'D-2026-01-14', 'W-2026-03', 'W-2026-04']);
});

test('whatever the rates and zones, windows follow each other without a gap, and no name comes twice', () => {
  const zones = ['Asia/Kolkata', 'America/Mexico_City', 'Europe/Berlin', 'America/Santiago', 'Pacific/Apia', 'Pacific/Kiritimati'];
  const step = fc.record({ zone: fc.constantFrom(...zones), rate: fc.constantFrom<WindowRate>(0, 1) });
  fc.assert(
    fc.property(fc.integer({ min: 1_100_000_000, max: 1_900_000_000 }), fc.array(step, { minLength: 1, maxLength: 40 }), (from, steps) => {
      let start = periodStart(new Date(from * 1_000), steps[0]!.rate, steps[0]!.zone);
      let last: string | null = null;
      const ids = new Set<string>();
      for (const { zone, rate } of steps) {
        const window = windowFrom(start, { tenantId, zone, changes: [{ at: new Date(0), rate }] }, last);
        expect(window.startsAt).toEqual(start);
        expect(window.endsAt > start && !ids.has(window.id) && WINDOW_ID.test(window.id)).toBe(true);
        // Two weeks at most: the rest of a named one and the next.
        expect(window.endsAt.getTime() - start.getTime()).toBeLessThanOrEqual(15 * 86_400_000);
        ids.add(window.id);
        [start, last] = [window.endsAt, window.lastDay];
      }
    }),
  );
});
