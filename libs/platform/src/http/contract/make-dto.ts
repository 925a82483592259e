import type { Type } from '@nestjs/common';

const PART = 'tallystick:part';
const READER = 'tallystick:reader';

/** Turns what was sent for a field into what its DTO holds. */
type Reader = (value: unknown) => unknown;

/** The field holds another DTO, or a list of them. */
export const partOf =
  (dto: () => Type): PropertyDecorator =>
  (target, name) =>
    Reflect.defineMetadata(PART, dto, target, name);

/** The field is read by `reader` first: for queries, which hold nothing but text. */
export const readBy =
  (reader: Reader): PropertyDecorator =>
  (target, name) =>
    Reflect.defineMetadata(READER, reader, target, name);

/**
 * Makes a DTO of what was sent, member by member; nothing is converted and nothing but declared parts is looked into. Members named like
 * those of every object (`constructor`, `__proto__`) would change what the DTO is: they are left out and noted in `strangers` by path.
 */
export function makeDto(type: Type, given: object, strangers: string[], path = ''): object {
  const dto = new type() as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (name in Object.prototype) strangers.push(path + name);
    else dto[name] = readerOf(type, name)(value, strangers, `${path}${name}`);
  }
  return dto;
}

type MemberReader = (value: unknown, strangers: string[], path: string) => unknown;

const readers = new WeakMap<Type, Map<string, MemberReader>>();
const asIs: MemberReader = (value) => value;

function readerOf(type: Type, name: string): MemberReader {
  const known = readers.get(type) ?? new Map<string, MemberReader>();
  if (known.size === 0) readers.set(type, known);
  const reader = known.get(name);
  if (reader) return reader;
  const prototype = type.prototype as object;
  const part = Reflect.getMetadata(PART, prototype, name) as (() => Type) | undefined;
  const read = Reflect.getMetadata(READER, prototype, name) as Reader | undefined;
  if (part) known.set(name, (value, strangers, path) => makePart(part(), value, strangers, path));
  else if (read) known.set(name, read);
  // A name that a caller invented is not remembered.
  return known.get(name) ?? asIs;
}

function makePart(type: Type, value: unknown, strangers: string[], path: string): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => (isObject(item) ? makeDto(type, item, strangers, `${path}.${index}.`) : (item as unknown)));
  return isObject(value) ? makeDto(type, value, strangers, `${path}.`) : value;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
