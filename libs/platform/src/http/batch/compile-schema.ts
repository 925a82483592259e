import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../../registry/events.js';

/** A validator of a JSON Schema, formats included, that stops at the first error unless told otherwise. */
export function compileSchema<T>(schema: JsonSchema, options?: Pick<Options, 'allErrors'>): ValidateFunction<T> {
  const ajv = new Ajv2020({ allErrors: false, strict: false, ...options });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv.compile<T>(schema);
}
