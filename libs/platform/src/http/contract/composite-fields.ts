import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import { field, presence, type FieldOptions } from './field.js';
import { partOf } from './make-dto.js';

/** An object with a DTO of its own. */
export const Nested = (dto: () => Type, { description, example, optional, nullable, ...rest }: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: () => dto(), description, example, nullable, required: !optional, ...rest } as object),
    presence({ optional, nullable }),
    partOf(dto),
    IsObject({ message: 'Must be an object.' }),
    ValidateNested({ message: 'Must be an object.' }),
  );

interface ListOptions extends FieldOptions {
  /** Fewest items; 0 when left out. */
  readonly min?: number;
  readonly max: number;
}

/** A list of objects with a DTO of their own. */
export const ListOf = (dto: () => Type, { min = 0, max, description, example, optional, nullable }: ListOptions): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: () => dto(),
      isArray: true,
      minItems: min,
      maxItems: max,
      description,
      example,
      nullable,
      required: !optional,
    } as object),
    presence({ optional, nullable }),
    partOf(dto),
    IsArray({ message: 'Must be a list.' }),
    ArrayMinSize(min, { message: `Must have at least ${min} items.` }),
    ArrayMaxSize(max, { message: `Must have at most ${max} items.` }),
    ValidateNested({ message: 'Each item must be an object.' }),
  );

/** A list of distinct words, from `values` where they are given. */
export const Words = ({ min = 0, max, values, ...options }: ListOptions & { values?: readonly string[] }): PropertyDecorator => {
  const isWord = (item: unknown): boolean =>
    typeof item === 'string' && (values ? values.includes(item) : item.length > 0 && item.length <= 255);
  return field(
    {
      name: 'words',
      schema: {
        type: 'array',
        minItems: min,
        maxItems: max,
        uniqueItems: true,
        items: values ? { type: 'string', enum: values } : { type: 'string', minLength: 1, maxLength: 255 },
      },
      check: (list) =>
        Array.isArray(list) && list.length >= min && list.length <= max && new Set(list).size === list.length && list.every(isWord),
      message: `Must be a list of ${min} to ${max} different words${values ? ` from ${values.join(', ')}` : ''}.`,
    },
    options,
  );
};

const FREE_MEMBERS = 50;
const FREE_BYTES = 4_096;

/** A JSON object of the caller's own: at most 50 members and 4 kB, kept and given back as it is. */
export const FreeForm = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'free',
      schema: { type: 'object', additionalProperties: true, maxProperties: FREE_MEMBERS },
      check: (value) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= FREE_MEMBERS &&
        Buffer.byteLength(JSON.stringify(value)) <= FREE_BYTES,
      message: `Must be an object of at most ${FREE_MEMBERS} members and ${FREE_BYTES} bytes.`,
    },
    { example: { campaign: 'diwali' }, ...options },
  );
