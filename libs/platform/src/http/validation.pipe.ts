import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { validateSync, type ValidationError } from 'class-validator';
import { ValidationFailed } from '../platform.errors.js';
import { makeDto } from './contract/make-dto.js';
import { takeCustom } from './contract/open-dto.js';

const PLAIN: ReadonlySet<unknown> = new Set([String, Number, Boolean, Array, Object, undefined]);
const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: true },
};

/**
 * Turns a body or query into its DTO and refuses what the DTO does not declare, without converting types.
 * Throws `validation_error` with every violation at once, by dotted path (ERR-02); values are never echoed.
 */
export class DtoPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (type === 'custom' || PLAIN.has(metatype)) return value;
    return readDto(metatype as Type<object>, value ?? {});
  }
}

/** Makes a DTO of what was sent, as the pipe does: for the items of a list, each of which has a verdict of its own. */
export function readDto<Dto extends object>(type: Type<Dto>, given: unknown): Dto {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refusal({ non_field_errors: ['Must be a JSON object.'] });
  const strangers: string[] = [];
  const dto = makeDto(type, given, strangers);
  const custom = takeCustom(type, dto);
  const violations = validateSync(dto, OPTIONS);
  const errors = { ...Object.fromEntries(strangers.map((path) => [path, [UNKNOWN_FIELD]])), ...custom?.errors };
  if (violations.length + Object.keys(errors).length > 0) throw refusal(byPath(violations, '', errors));
  return (custom ? Object.assign(dto, { custom: custom.values }) : dto) as Dto;
}

const refusal = (errors: Record<string, string[]>): Error => ValidationFailed.with({ errors });

const MOST_FIELDS = 200;
const UNKNOWN_FIELD = 'This field is not known here.';

function byPath(violations: ValidationError[], parent = '', errors: Record<string, string[]> = {}): Record<string, string[]> {
  for (const { property, constraints, children, value } of violations) {
    if (Object.keys(errors).length >= MOST_FIELDS) break;
    const path = parent + property.slice(0, 100);
    if (constraints) errors[path] = messages(constraints, value);
    if (children) byPath(children, `${path}.`, errors);
  }
  return errors;
}

function messages(constraints: Record<string, string>, value: unknown): string[] {
  if ('whitelistValidation' in constraints) return [UNKNOWN_FIELD];
  return value === undefined ? ['This field is required.'] : [...new Set(Object.values(constraints))];
}
