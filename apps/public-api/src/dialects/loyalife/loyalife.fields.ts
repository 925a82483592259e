import { Choice, field, Text, type FieldOptions } from '@tallystick/platform';

/** A program as it is named here: by its number, its code or its id. */
export type ProgramName = string | number;

const isProgramName = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.length > 0 && value.length <= 64
    : Number.isInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31;

/** `ProgramId`. */
export const ProgramIdField = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'program',
      schema: {
        oneOf: [
          { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
          { type: 'string', minLength: 1, maxLength: 64 },
        ],
      },
      check: isProgramName,
      message: 'Must be the number, the code or the id of a program.',
    },
    {
      optional: true,
      description: "A program by its number, code or id; the tenant's default program when left out.",
      example: 1,
      ...options,
    },
  );

/** `RelationType`: 4, a customer, is the only relation there is; a number or its text, as both are sent. */
export const RelationTypeField = (): PropertyDecorator =>
  field(
    {
      name: 'relation',
      schema: {
        oneOf: [
          { type: 'integer', const: 4 },
          { type: 'string', const: '4' },
        ],
      },
      check: (value) => value === 4 || value === '4',
      message: 'Must be 4, a customer.',
    },
    { optional: true, description: '4 is a customer, the only relation there is.', example: 4 },
  );

/** `TransactionCurrency`: the points of the program. */
export const TransactionCurrencyField = (): PropertyDecorator =>
  Choice(['DEFAULT'], { optional: true, description: 'The points of the program.', example: 'DEFAULT' });

/** `RelationReference`, or another name for the tenant's own permanent id of a member. */
export const RelationReferenceField = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 200, description: "The tenant's own permanent id of the member.", example: 'C08409803', ...options });

/** `MerchantName`. */
export const MerchantNameField = (): PropertyDecorator => Text({ max: 200, optional: true, example: 'GIFT CARDS' });
