import fc from 'fast-check';
import { cellOf, cellsAround, distanceBetween, type Place } from './place.policy.js';

const place = (): fc.Arbitrary<Place> =>
  fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });

test.each([
  ['Mexico City and Guadalajara', { latitude: 19.4326, longitude: -99.1332 }, { latitude: 20.6597, longitude: -103.3496 }, 461],
  ['Mumbai and Delhi', { latitude: 19.076, longitude: 72.8777 }, { latitude: 28.6139, longitude: 77.209 }, 1_148],
  ['two sides of the date line', { latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 }, 22],
  ['the poles', { latitude: 90, longitude: 0 }, { latitude: -90, longitude: 12 }, 20_015],
])('%s are that many kilometres apart', (_, one, other, kilometres) => {
  expect(Math.round(distanceBetween(one, other) / 1_000)).toBe(kilometres);
});

test('whatever is near is in a square that is looked through', () => {
  const near = fc.record({
    at: place(),
    metres: fc.integer({ min: 1, max: 100_000 }),
    turn: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(near, ({ at, metres, turn, part }) => {
      const reach = ((metres * part) / 111_195) * 1.0;
      const latitude = Math.max(-90, Math.min(90, at.latitude + reach * Math.cos(turn)));
      const wide = reach / Math.max(0.01, Math.cos((at.latitude * Math.PI) / 180));
      const longitude = ((((at.longitude + wide * Math.sin(turn) + 180) % 360) + 360) % 360) - 180;
      const other = { latitude, longitude };
      if (distanceBetween(at, other) <= metres) expect(cellsAround(at, metres)).toContain(cellOf(other));
    }),
    { numRuns: 300 },
  );
});

test('a search of 100 km goes through no more squares than it needs', () => {
  expect(cellsAround({ latitude: 19.43, longitude: -99.13 }, 25_000).length).toBeLessThan(150);
  expect(cellsAround({ latitude: 19.43, longitude: -99.13 }, 100_000).length).toBeLessThan(1_600);
});
