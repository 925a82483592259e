import type { JsonSchema } from '@tallystick/platform';

/** What this dialect calls the members of a card transaction that are not called the same here and there. */
const NAMES: Readonly<Record<string, string>> = {
  member_reference: 'uuid',
  settled_at: 'settledAt',
  merchant_id: 'merchantId',
  terminal_id: 'terminalId',
  authorization_code: 'authorizationCode',
  original_id: 'originalId',
};
const OURS = Object.fromEntries(Object.entries(NAMES).map(([ours, theirs]) => [theirs, ours]));

/** What the caller keeps there is theirs, by whatever names. */
const FREE = 'metadata';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema of a card transaction with the names of this dialect. */
export function inTheirNames(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties' && isObject(value))
      return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [NAMES[name] ?? name, within(part)]))];
    if (key === 'required' && Array.isArray(value)) return [key, value.map((name: string) => NAMES[name] ?? name)];
    return [key, within(value)];
  });
  return Object.fromEntries(entries);
}

const within = (part: unknown): unknown => (Array.isArray(part) ? part.map(within) : isObject(part) ? inTheirNames(part) : part);

/** A card transaction in the names of the lib. */
export const inOurNames = (item: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [OURS[name] ?? name, name !== FREE && isObject(value) ? inOurNames(value) : value]),
  );

/** The item without members that are null: here that is the same as to leave them out. */
export const withoutNulls = (item: unknown): unknown =>
  isObject(item)
    ? Object.fromEntries(
        Object.entries(item)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => [name, name === FREE ? value : withoutNulls(value)]),
      )
    : item;
