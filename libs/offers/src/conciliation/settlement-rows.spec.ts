import { windowOfName } from './settlement-rows.policy.js';

const TENANT = '0193a1f2-0000-7000-8000-00004f6f0a01';

test.each([
  ['settlement_W-2025-46.csv', 'W-2025-46-4f6f0a01'],
  ['STL.d-2025-11-14.CSV', 'D-2025-11-14-4f6f0a01'],
  ['W-2025-46-4F6F0A01.csv', 'W-2025-46-4f6f0a01'],
  ['W-2025-46-00000000.csv', 'W-2025-46-00000000'],
  ['W-2025-46-rest.csv', 'W-2025-46-4f6f0a01'],
  ['W-2025-46 (W-2025-46-4f6f0a01).csv', 'W-2025-46-4f6f0a01'],
  ['W-2025-46_W-2025-47.csv', undefined],
  ['NEW-2025-46.csv', undefined],
  ['W-2025-461.csv', undefined],
  ['2025-11-14.csv', undefined],
])('a file called %s is of the window %s', (name, id) => expect(windowOfName(name, TENANT)).toBe(id));
