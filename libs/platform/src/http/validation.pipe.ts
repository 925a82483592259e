import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { ValidationFailed } from '../platform.errors.js';

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
    const given = value ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw refusal({ non_field_errors: ['Must be a JSON object.'] });
    const dto = plainToInstance(metatype as Type<object>, given);
    const violations = validateSync(dto, OPTIONS);
    if (violations.length > 0) throw refusal(byPath(violations));
    return dto;
  }
}

const refusal = (errors: Record<string, string[]>): Error => ValidationFailed.with({ errors });

const MOST_FIELDS = 200;

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
  if ('whitelistValidation' in constraints) return ['This field is not known here.'];
  return value === undefined ? ['This field is required.'] : [...new Set(Object.values(constraints))];
}
