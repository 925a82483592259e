import fc from 'fast-check';
import { descriptorGrams, normalizeCode, normalizeDescriptor, similarityOf } from './descriptor.policy.js';
import { nameGrams, readNameSearch } from './name.policy.js';
import { plainText } from './plain-text.policy.js';

test.each([
  ['CAFE NERO', 'cafe nero'],
  ['  Café   Nero ', 'cafe nero'],
  ['SQ *CAFÉ NERO #0432 CDMX', 'cafe nero'],
  ['SQ*CAFE NERO', 'cafe nero'],
  ['PAYPAL *CAFENERO', 'cafenero'],
  ['PAYPAL', 'paypal'],
  ['PAYPAL *', 'paypal'],
  ['TST* LA CASA DE TOÑO', 'la casa de tono'],
  ['REST LA CASA CDMX', 'la casa'],
  ['REST CDMX', 'rest'],
  ['POS COMPRA OXXO SUC 1234 MONTERREY', 'oxxo'],
  ['MERCADOPAGO*LIBRERIA GANDHI', 'libreria gandhi'],
  ['MERCADO PAGO * LIBRERIA GANDHI', 'libreria gandhi'],
  ['CLIP MX*TACOS EL GUERO', 'tacos el guero'],
  ["McDonald's 00321", 'mcdonalds'],
  ['STARBUCKS T0042', 'starbucks'],
  ['STARBUCKS 0432 MEXICO DF', 'starbucks'],
  ['STARBUCKS CIUDAD DE MEXICO MX', 'starbucks'],
  ['ZARA MEXICO S.A. DE C.V.', 'zara'],
  ['FLIPKART INTERNET PVT LTD BANGALORE', 'flipkart internet'],
  ['RAZORPAY*BOOK MY SHOW MUMBAI', 'book my show'],
  ['7 ELEVEN', '7 eleven'],
  ['STUDIO 54', 'studio 54'],
  ['MEXICO', 'mexico'],
  ['12345', '12345'],
  ['GOOGLE *YouTube', 'google youtube'],
  ['ＦＵＬＬ　ＷＩＤＴＨ', 'full width'],
  ['दिल्ली कैफ़े', plainText('दिल्ली कैफ़े')],
  ['***', ''],
])('%j is compared as %j', (text, expected) => {
  expect(normalizeDescriptor(text)).toBe(expected);
});

test('what was normalized stays as it is, and something is left wherever there was a letter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const once = normalizeDescriptor(text);
      expect(once === '').toBe(plainText(text) === '');
      expect(normalizeDescriptor(once)).toBe(once);
      expect([...once].length).toBeLessThanOrEqual(128);
    }),
  );
  expect(normalizeDescriptor('a'.repeat(200))).toHaveLength(128);
});

test.each([
  ['la casa de tono', 'la casa de tono', 1],
  ['starbuck', 'starbucks', 8 / 11],
  ['abc', 'xyz', 0],
])('%j and %j are %d alike', (one, other, expected) => {
  expect(similarityOf(new Set(descriptorGrams(one)), new Set(descriptorGrams(other)))).toBeCloseTo(expected, 10);
});

test('codes lose case and spaces and keep their zeros', () => {
  expect(normalizeCode(' 00 42 Ab ')).toBe('0042ab');
});

test('a name is found by any part of it of three letters, and by the beginning of a word of fewer', () => {
  const grams = new Set(nameGrams(plainText('Café del Mar')));
  const found = (text: string): boolean | undefined => readNameSearch(text)?.grams.every((gram) => grams.has(gram));
  expect(['CAFÉ', 'fe del', 'mar', 'm', 'de', 'ar', 'mare', '!?'].map(found)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    undefined,
  ]);
});
