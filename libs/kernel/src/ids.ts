import { v5, v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A new time-ordered identifier (UUID version 7). */
export const newId = (): string => v7();

/** The identifier that `parent` and `name` always give together (UUID version 5): lets two processes agree on a row without a look-up. */
export const derivedId = (parent: string, name: string): string => v5(name, parent);

/** Whether `value` is a UUID in its canonical text form. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
