import type { JsonSchema } from '../../registry/events.js';
import { field, type FieldOptions } from '../contract/field.js';

const LONGEST = 200;

/** The caller's name for a batch: text or a whole number, answered as it was sent (C5.1). */
export const RequestId = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'request_id',
      schema: {
        oneOf: [
          { type: 'string', minLength: 1, maxLength: LONGEST },
          { type: 'integer', minimum: 0 },
        ],
      },
      check: (value) =>
        typeof value === 'string' ? value.length > 0 && value.length <= LONGEST : Number.isSafeInteger(value) && (value as number) >= 0,
      message: `Must be text of 1 to ${LONGEST} characters or a whole number.`,
    },
    options,
  );

/** A list whose items are checked one by one with verdicts of their own (`lineReader`), not by the DTO; nor is their number (`checkCount`). */
export const BatchLines = ({ max, items, description }: { max: number; items: JsonSchema; description: string }): PropertyDecorator =>
  field(
    {
      name: 'lines',
      schema: { type: 'array', minItems: 1, maxItems: max, items },
      check: Array.isArray,
      message: 'Must be a list.',
    },
    { description },
  );
