/** A number literal that may lose digits in a double: more than 15 digits, or an exponent. Found outside strings and, rarely, inside. */
const DOUBTFUL_NUMBER = /(?:^|[:,[])\s*-?(?:[\d.]{16,}|\d+(?:\.\d+)?[eE])/;
/** A string to skip, or a number to look at. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The first number literal of valid JSON that a double cannot hold, or undefined; the common body is only glanced at (LST-04). */
export function inexactNumber(text: string): string | undefined {
  if (!DOUBTFUL_NUMBER.test(text)) return undefined;
  for (const [token] of text.matchAll(TOKEN)) if (token[0] !== '"' && !isExact(token)) return token;
  return undefined;
}

/** Whether reading `literal` as a double and writing it again gives the same number. */
function isExact(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && digits(literal) === digits(String(value));
}

/** A number's significant digits and the power of ten of the last one: one form for all its spellings. */
function digits(literal: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = LITERAL.exec(literal) as unknown as [string, string, string, string?, string?];
  const all = (whole + fraction).replace(/^0+/, '');
  const significant = all.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(all.length - significant.length)}`;
}
