import { newId } from '@tallystick/kernel';
import { idsSince, idsUntil } from './event-time.policy.js';

it('finds a span of time by ids, with an hour to spare on both sides', () => {
  const [id, now] = [newId(), Date.now()];
  const at = (minutes: number) => new Date(now + minutes * 60_000);
  expect(idsSince(at(55)) < id && id < idsUntil(at(-55))).toBe(true);
  expect(idsSince(at(65)) > id && id > idsUntil(at(-65))).toBe(true);
});

it('reads any date as a valid id', () => {
  for (const ms of [-8.64e15, 0, 8.64e15]) expect(idsUntil(new Date(ms))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-0000-0000-0{12}$/);
});
