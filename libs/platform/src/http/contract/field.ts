import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { JsonSchema } from '../../registry/events.js';

/** What every field of a request or answer may say of itself. */
export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** The field may be left out. */
  readonly optional?: boolean;
  /** The field may be null. */
  readonly nullable?: boolean;
}

/** How a field is described in the contract and checked on the way in: one declaration for both, so that they cannot differ. */
export interface FieldRule {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly check: (value: unknown) => boolean;
  /** What the caller reads when the check fails: a sentence without the field's name. */
  readonly message: string;
}

/** Declares a property of a DTO by its rule. */
export const field = ({ name, schema, check, message }: FieldRule, options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    describe(schema, options),
    presence(options),
    ValidateBy({ name, validator: { validate: check, defaultMessage: () => message } }),
  );

/** The contract's half of a field. */
export const describe = (schema: JsonSchema, { description, example, optional, nullable }: FieldOptions): PropertyDecorator =>
  ApiProperty({
    ...schema,
    ...(description && { description }),
    ...(example !== undefined && { example }),
    ...(nullable && { nullable }),
    required: !optional,
  } as object);

/** Checks are skipped for what may be absent, and for null where null is a value. */
export const presence = ({ optional, nullable }: FieldOptions): PropertyDecorator =>
  applyDecorators(
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable ? [ValidateIf((_, value) => value !== null)] : []),
  );
