import { isUtf8 } from 'node:buffer';
import secureJson from 'secure-json-parse';
import { ParseFailed, ValidationFailed } from '../platform.errors.js';
import { inexactNumber } from './json-numbers.js';

const DEEPEST = 32;
/** Escapes that can spell NUL or half a surrogate pair; in valid JSON nothing else can. */
const DOUBTFUL_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

/** Reads a JSON request body; an empty one is none. Throws `parse_error` or `validation_error` on what no field could hold (ERR-03, LST-04). */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw ParseFailed.with({ message: 'The body is not UTF-8' });
  const text = bytes.toString('utf8');
  const value = parse(text);
  if (isDeep(value)) throw ParseFailed.with({ message: `The body is nested deeper than ${DEEPEST} levels` });
  if (DOUBTFUL_ESCAPE.test(text) && hasBrokenText(value)) throw refuse('Text must not contain NUL or unpaired surrogates.');
  const number = inexactNumber(text);
  if (number !== undefined)
    throw refuse(`The number ${number.slice(0, 40)} cannot be held exactly; send it as a string where the field takes one.`);
  return value;
}

const refuse = (message: string): Error => ValidationFailed.with({ errors: { non_field_errors: [message] } });

function parse(text: string): unknown {
  try {
    return secureJson.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw ParseFailed.with();
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isDeep(value: unknown): boolean {
  let level = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    const next: object[] = [];
    for (const container of level) for (const member of Object.values(container)) if (isContainer(member)) next.push(member);
    level = next;
  }
  return false;
}

/** The value is at most `DEEPEST` deep here. */
function hasBrokenText(value: unknown): boolean {
  if (typeof value === 'string') return isBrokenText(value);
  return isContainer(value) && Object.entries(value).some(([name, member]) => isBrokenText(name) || hasBrokenText(member));
}

/** Whether text holds NUL, which PostgreSQL cannot store, or half a surrogate pair, which UTF-8 cannot. */
export const isBrokenText = (text: string): boolean => text.includes('\0') || /\p{Surrogate}/u.test(text);
