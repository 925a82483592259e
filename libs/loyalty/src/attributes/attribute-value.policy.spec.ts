import { attributeFromText, normalized, problemOf } from './attribute-value.policy.js';

const typed = (dataType: 'string' | 'date' | 'number' | 'selection') => ({
  dataType,
  options: dataType === 'selection' ? ['gold', 'silver'] : null,
});

it.each([
  ['string', ['a', 'ü', 'x'.repeat(500)], ['', ' ', 'x'.repeat(501), 5, true, {}, []]],
  ['date', ['2026-02-28', '2024-02-29'], ['2026-02-29', '28/02/2026', '2026-2-28', 20260228]],
  ['number', [0, -1.5, 9007199254740991], ['5', Infinity, NaN, 2 ** 53, null]],
  ['selection', ['gold'], ['Gold', '', 1]],
] as const)('a %s is what it is, and nothing else', (dataType, good, bad) => {
  for (const value of good) expect([value, problemOf(typed(dataType), value)]).toEqual([value, undefined]);
  for (const value of bad) expect([value, problemOf(typed(dataType), value)]).toEqual([value, expect.any(String)]);
});

it('reads text as the type has it, and leaves what is none for the check to refuse', () => {
  expect(attributeFromText(typed('number'), ' 12.5 ')).toBe(12.5);
  expect(attributeFromText(typed('number'), '1,5')).toBe('1,5');
  expect(attributeFromText(typed('number'), '1e3')).toBe('1e3');
  expect(attributeFromText(typed('selection'), ' gold ')).toBe('gold');
  expect(attributeFromText(typed('string'), ' as it is ')).toBe(' as it is ');
});

it('takes spellings of one value for one', () => {
  expect(normalized(' ABCPD1234f')).toBe(normalized('ＡＢＣpd1234F '));
  expect(normalized(42)).toBe(normalized('42'));
});
