import { isDeepStrictEqual } from 'node:util';

/** What differs between two states, for the audit trail: of each, only the members that are not the same in both. */
export function changesOf<T extends object>(before: T, after: T): { readonly before: Partial<T>; readonly after: Partial<T> } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof T)[];
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const pick = (of: T): Partial<T> => Object.fromEntries(changed.map((name) => [name, of[name] ?? null])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}
