import fc from 'fast-check';
import { inexactNumber } from './json-numbers.js';

describe('numbers that a double cannot hold (LST-04)', () => {
  it.each(['9007199254740993', '1e400', '-1e400', '100.00000000000000001', '0.1234567890123456789', '12345678901234567.5'])(
    'finds %s',
    (number) => {
      expect(inexactNumber(number)).toBe(number);
      expect(inexactNumber(`{"a": [1, {"b" : ${number}}]}`)).toBe(number);
    },
  );

  it.each([
    '0',
    '-0',
    '0.1',
    '1e2',
    '1E+2',
    '1e308',
    '100.000000000000000000',
    '9007199254740992',
    '1000000000000000000000',
    '0.000001',
    '1e-7',
  ])('leaves %s', (number) => {
    expect(inexactNumber(`[${number}]`)).toBeUndefined();
  });

  it('looks past strings, whatever they hold', () => {
    for (const text of ['9007199254740993', ':9007199254740993', ',1e400', '\\",1e400', '\\\\'])
      expect(inexactNumber(`{"a":"${text}","b":":1e400"}`)).toBeUndefined();
    expect(inexactNumber('{"a":"\\\\","b":1e400}')).toBe('1e400');
  });

  it('never refuses what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => inexactNumber(JSON.stringify(value)) === undefined),
      { numRuns: 2_000 },
    );
  });

  it('finds whatever loses a digit', () => {
    const digits = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 25n }), fc.nat(24)).map(([units, scale]) => {
      const text = units.toString().padStart(scale + 1, '0');
      return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
    });
    fc.assert(
      fc.property(digits, (number) => {
        const exact = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
        const plain = Number(number).toString();
        if (plain.includes('e')) return true;
        return (inexactNumber(number) === undefined) === (exact(plain) === exact(number));
      }),
      { numRuns: 2_000 },
    );
  });
});
