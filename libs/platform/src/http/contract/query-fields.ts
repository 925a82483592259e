import { applyDecorators } from '@nestjs/common';
import type { FieldOptions } from './field.js';
import { readBy } from './make-dto.js';
import { Choice, Flag, Integer, Text } from './fields.js';

/** A whole number in the query. */
export const QueryInteger = (options: FieldOptions & { min: number; max: number }): PropertyDecorator =>
  applyDecorators(
    Integer({ optional: true, ...options }),
    readBy((value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value)),
  );

/** `true` or `false` in the query. */
export const QueryFlag = (options?: FieldOptions): PropertyDecorator =>
  applyDecorators(
    Flag({ optional: true, ...options }),
    readBy((value) => (value === 'true' ? true : value === 'false' ? false : value)),
  );

/** The order of a list: one of `fields`, a leading `-` for descending. Ties are broken by id (C10.5). */
export const Ordering = (fields: readonly string[], options?: FieldOptions): PropertyDecorator =>
  Choice(
    fields.flatMap((name) => [name, `-${name}`]),
    { optional: true, description: 'Order of the list; a leading - turns it around.', ...options },
  );

/** Words to look for. */
export const Search = (options?: FieldOptions): PropertyDecorator =>
  Text({ optional: true, max: 100, description: 'Words to look for.', ...options });
