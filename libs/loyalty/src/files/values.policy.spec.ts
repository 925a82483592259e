import { BadCell, readMoment } from './values.policy.js';

const moment = (text: string, dates: 'iso' | 'day_first' = 'iso'): string => {
  try {
    return readMoment(text, 'occurred_at', { dates }, 'Asia/Kolkata').toISOString();
  } catch (error) {
    expect(error).toBeInstanceOf(BadCell);
    return (error as BadCell).message;
  }
};
const REFUSED = 'Must be a date as 2026-03-31 or 2026-03-31T18:29:59Z.';

describe('a moment in a file', () => {
  it.each([
    ['2026-03-31T10:00:00Z', '2026-03-31T10:00:00.000Z'],
    ['2026-03-31T10:00Z', '2026-03-31T10:00:00.000Z'],
    ['2026-03-31T10:00:00.123456789+05:30', '2026-03-31T04:30:00.123Z'],
    ['2024-02-29T23:59:59-08:00', '2024-03-01T07:59:59.000Z'],
    ['2026-03-31', '2026-03-30T18:30:00.000Z'],
    ['2026-03-31 10:00', '2026-03-31T04:30:00.000Z'],
    ['2026-02-30T10:00:00Z', REFUSED],
    ['2026-13-01T10:00:00Z', REFUSED],
    ['2026-02-31', REFUSED],
    ['2026-03-31T25:00:00Z', REFUSED],
    ['2026-03-31T10:60:00+05:30', REFUSED],
    ['2026-03-31T10:00:00', '2026-03-31T04:30:00.000Z'],
    ['31/03/2026', REFUSED],
  ])('%s is %s', (text, expected) => expect(moment(text)).toBe(expected));

  it('with its offset is read whatever the order of days is', () =>
    expect([moment('2026-03-31T10:00:00Z', 'day_first'), moment('31/03/2026 10:00', 'day_first')]).toEqual([
      '2026-03-31T10:00:00.000Z',
      '2026-03-31T04:30:00.000Z',
    ]));
});
