import type { Type } from '@nestjs/common';

const OPEN = 'tallystick:open';
/** Where the framework keeps the names of the fields of a DTO, each after a colon. */
const DECLARED = 'swagger/apiModelPropertiesArray';

const LONGEST_NAME = 64;
const LONGEST_TEXT = 1_000;
const MOST = 50;

/** What a member that a DTO does not declare may hold. */
export type CustomValue = string | number | boolean | null;

/** A DTO whose callers may add members of their own: they are gathered in its `custom`. */
export interface WithCustom {
  readonly custom: Readonly<Record<string, CustomValue>>;
}

const names = new Set<string>();

/** The DTO takes members that it does not declare, each a text, a number, a boolean or null, into its property `custom`. */
export const OpenDto = (): ClassDecorator => (target) => {
  Reflect.defineMetadata(OPEN, true, target.prototype as object);
  names.add(target.name);
};

/** What the contract says of the members that a DTO does not declare. */
export const additionalPropertiesOf = (name: string): unknown =>
  names.has(name) ? { type: ['string', 'number', 'boolean', 'null'], maxLength: LONGEST_TEXT } : false;

/** The members that an open DTO does not declare, and what is wrong with them, by name. */
export interface Custom {
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, string[]>>;
}

/** Takes the members that an open DTO does not declare out of it; undefined for one that is not open. */
export function takeCustom(type: Type<object>, dto: object): Custom | undefined {
  const prototype = type.prototype as object;
  if (!Reflect.getMetadata(OPEN, prototype)) return undefined;
  const declared = new Set((Reflect.getMetadata(DECLARED, prototype) as string[]).map((name) => name.slice(1)));
  const members = Object.entries(dto).filter(([name]) => !declared.has(name));
  for (const [name] of members) delete (dto as Record<string, unknown>)[name];
  const wrong = members
    .filter(([name, value]) => name === '' || name.length > LONGEST_NAME || !isCustomValue(value))
    .map(([name]): [string, string[]] => [
      name.slice(0, LONGEST_NAME),
      [`Must be a text of at most ${LONGEST_TEXT} characters, a number or a boolean.`],
    ]);
  if (members.length > MOST) wrong.push(['non_field_errors', [`At most ${MOST} fields of your own.`]]);
  return { values: Object.fromEntries(members), errors: Object.fromEntries(wrong) as Record<string, string[]> };
}

const isCustomValue = (value: unknown): value is CustomValue =>
  value === null || typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= LONGEST_TEXT);
