import { plainText, runsOf } from './plain-text.policy.js';

/** Who processes the payment writes itself before the merchant's name; what follows the star is the merchant. */
const PROCESSORS =
  /^\s*(?:sq|sp|tst|pp|paypal|py|iz|izettle|zettle|sumup|stripe|st|mp|mercado ?pago|merpago|clip(?: ?mx)?|conekta|openpay|billpocket|payu|dlo|ebanx|ebn|razorpay|rzp|rpy|cca|ccavenue|paytm|phonepe|bharatpe|instamojo|adyen|wpy|wl|2co|fs|in|eb|ls|cke|pos|compra|pago|upi)\s*[*]\s*/iu;

/** Words before the name that say how was paid or what sort of business it is. */
const BEFORE = new Set(['rest', 'restaurante', 'pos', 'compra', 'pago', 'purchase', 'upi']);

/** Words after the name that say where it is, in how many letters a terminal has room for. */
const PLACES = new Set([
  ...[
    'cdmx',
    'df',
    'mex',
    'mx',
    'mexico',
    'guadalajara',
    'gdl',
    'monterrey',
    'mty',
    'puebla',
    'queretaro',
    'qro',
    'tijuana',
    'merida',
    'cancun',
  ],
  ...[
    'ind',
    'mumbai',
    'delhi',
    'bangalore',
    'bengaluru',
    'blr',
    'chennai',
    'hyderabad',
    'hyd',
    'kolkata',
    'pune',
    'gurgaon',
    'gurugram',
    'noida',
  ],
]);
/** Places of more than one word. */
const LONG_PLACES = [/ ciudad de mexico$/, / mexico (?:city|df)$/, / new delhi$/, / navi mumbai$/];

/** Forms of companies, which registers write and terminals often do not. */
const LEGAL_FORMS = / (?:s ?a(?: ?p ?i)? ?de ?c ?v|s ?de ?r ?l(?: ?de ?c ?v)?|pvt ltd|private limited|pvt|ltd|limited|llc|llp|inc|gmbh)$/;

/** A word before a number of a branch or terminal. */
const COUNTED = new Set(['suc', 'sucursal', 'store', 'branch', 'no', 'num', 'term', 'tid', 'caja', 'tienda', 'unit']);
const NUMBER = /^(?:\d{3,}|[a-z]{1,3}\d{2,}|\d+[a-z]?\d{3,})$/;

/**
 * The descriptor of a card transaction as it is compared: what the processor, the terminal and the place add to the merchant's name is
 * taken off, as long as something of the name is left. `SQ *CAFÉ NERO #0432 CDMX` is `cafe nero`. Registered descriptors and those of
 * transactions go through the same, so that each need be registered once. Empty for a text without letters or digits.
 */
export function normalizeDescriptor(text: string): string {
  const whole = plainText(text);
  const bare = plainText(text.normalize('NFKC').replace(PROCESSORS, ''));
  const words = withoutEnd(bare === '' ? whole : bare).split(' ');
  while (words.length > 1 && BEFORE.has(words[0]!)) words.shift();
  return withoutEnd([...words.join(' ')].slice(0, LONGEST).join('').trim());
}

/** Letters of a normalized descriptor at most. */
const LONGEST = 128;

function withoutEnd(text: string): string {
  let words = text.split(' ');
  for (;;) {
    const joined = words.join(' ');
    const shorter = [...LONG_PLACES, LEGAL_FORMS].map((end) => joined.replace(end, '')).find((rest) => rest !== joined && rest !== '');
    const [before, last] = [words.at(-2), words.at(-1)!];
    if (shorter !== undefined) words = shorter.split(' ');
    else if (words.length > 2 && /^\d+$/.test(last) && COUNTED.has(before!)) words = words.slice(0, -2);
    else if (words.length > 1 && (NUMBER.test(last) || PLACES.has(last))) words = words.slice(0, -1);
    else return joined;
  }
}

/** A merchant or terminal id as it is compared: without case and spaces. Leading zeros are part of it. */
export const normalizeCode = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '').toLowerCase();

/** The letters of a normalized descriptor by threes, each word with its beginning and end: what similarity counts. */
export const descriptorGrams = (normalized: string): string[] => [
  ...new Set(normalized.split(' ').flatMap((word) => runsOf(`  ${word} `, 3))),
];

/** How much two descriptors have in common: grams of both out of all grams, 0 to 1. */
export function similarityOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0;
  for (const gram of one) if (other.has(gram)) both++;
  return both / (one.size + other.size - both);
}
