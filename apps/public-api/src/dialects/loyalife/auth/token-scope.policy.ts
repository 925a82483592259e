import { refuse } from '../loyalife.errors.js';

/**
 * Reads `scope` of the token call: the text of a JSON array whose second item is the reference of the one member whom the token is for,
 * as `["LOGIN","C08409803"]`. Undefined where the token is for the whole program. Throws 999 for anything else.
 */
export function memberOfScope(scope: string | undefined): string | undefined {
  if (scope === undefined) return undefined;
  const items = parse(scope);
  const isList =
    Array.isArray(items) && items.every((item): item is string => typeof item === 'string' && item !== '' && item.length <= 200);
  if (!isList || items.length > 2 || items[0] !== 'LOGIN')
    throw refuse('999', { message: 'scope must be the text of a JSON array, as ["LOGIN","<RelationReference>"]' });
  return items[1];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
