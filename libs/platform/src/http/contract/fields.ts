import { isCurrency, isUuid, parseDecimal } from '@tallystick/kernel';
import { field, type FieldOptions } from './field.js';

interface TextOptions extends FieldOptions {
  /** Fewest characters; 1 when left out. */
  readonly min?: number;
  /** Most characters; 255 when left out. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What `pattern` means, for people: "Must be capital letters." */
  readonly hint?: string;
}

/** A string. */
export const Text = ({ min = 1, max = 255, pattern, hint, ...options }: TextOptions = {}): PropertyDecorator =>
  field(
    {
      name: 'text',
      schema: { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
      check: (value) => typeof value === 'string' && isBetween([...value].length, min, max) && (pattern?.test(value) ?? true),
      message: hint ?? `Must be text of ${min} to ${max} characters.`,
    },
    options,
  );

/** A UUID. */
export const Uuid = (options?: FieldOptions): PropertyDecorator =>
  field({ name: 'uuid', schema: { type: 'string', format: 'uuid' }, check: isUuid, message: 'Must be a UUID.' }, options);

/** A whole JSON number. */
export const Integer = ({ min, max, ...options }: FieldOptions & { min: number; max: number }): PropertyDecorator =>
  field(
    {
      name: 'integer',
      schema: { type: 'integer', minimum: min, maximum: max },
      check: (value) => Number.isInteger(value) && isBetween(value as number, min, max),
      message: `Must be a whole number from ${min} to ${max}.`,
    },
    options,
  );

/** True or false. */
export const Flag = (options?: FieldOptions): PropertyDecorator =>
  field(
    { name: 'flag', schema: { type: 'boolean' }, check: (value) => typeof value === 'boolean', message: 'Must be true or false.' },
    options,
  );

/** One of a few words. */
export const Choice = (values: readonly string[], options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'choice',
      schema: { type: 'string', enum: values },
      check: (value) => values.includes(value as string),
      message: `Must be one of ${values.join(', ')}.`,
    },
    options,
  );

const MOMENT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A moment in RFC 3339 with its offset, as `2026-03-31T18:29:59.999Z` (LST-05). */
export const Moment = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'moment',
      schema: { type: 'string', format: 'date-time', maxLength: 40 },
      check: (value) => typeof value === 'string' && MOMENT.test(value) && isCalendarDay(value.slice(0, 10)),
      message: 'Must be a time in RFC 3339 with its offset, as 2026-03-31T18:29:59Z.',
    },
    { example: '2026-03-31T18:29:59Z', ...options },
  );

/** A day, as `2026-03-31`. */
export const Day = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'day',
      schema: { type: 'string', format: 'date' },
      check: (value) => typeof value === 'string' && DAY.test(value) && isCalendarDay(value),
      message: 'Must be a day, as 2026-03-31.',
    },
    { example: '2026-03-31', ...options },
  );

/** The most decimals that any program's points or any currency has. */
const FINEST_SCALE = 4;
const isPositive = (value: unknown): boolean => {
  const units = typeof value === 'number' || typeof value === 'string' ? parseDecimal(value, FINEST_SCALE) : 'not_a_number';
  return typeof units === 'bigint' && units > 0n;
};
const AMOUNT_TEXT = { type: 'string', pattern: '^\\d{1,30}(\\.\\d{1,30})?$', maxLength: 61 };

/** Points as they are sent: a JSON number or a numeric string above 0; the program's scale is checked by the operation. */
export const PointsInput = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'points',
      schema: { oneOf: [{ type: 'number', exclusiveMinimum: 0 }, AMOUNT_TEXT] },
      check: isPositive,
      message: `Must be a number above 0 with at most ${FINEST_SCALE} decimals.`,
    },
    { example: 120, ...options },
  );

/** An amount of money as it is sent: a decimal string or a JSON number above 0, in units of the currency beside it. */
export const MoneyInput = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'amount',
      schema: { oneOf: [AMOUNT_TEXT, { type: 'number', exclusiveMinimum: 0 }] },
      check: isPositive,
      message: `Must be an amount above 0 with at most ${FINEST_SCALE} decimals.`,
    },
    { example: '1250.00', ...options },
  );

/** Points in an answer: an exact JSON number. */
export const PointsValue = (options?: FieldOptions): PropertyDecorator =>
  field({ name: 'number', schema: { type: 'number' }, check: Number.isFinite, message: 'Must be a number.' }, { example: 120, ...options });

/** An amount of money in an answer: a decimal string. */
export const MoneyText = (options?: FieldOptions): PropertyDecorator =>
  Text({ pattern: /^-?\d+(\.\d+)?$/, max: 40, hint: 'Must be a decimal number as text.', example: '1250.00', ...options });

/** An ISO 4217 currency code in capitals. */
export const Currency = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'currency',
      schema: { type: 'string', pattern: '^[A-Z]{3}$', minLength: 3, maxLength: 3 },
      check: (value) => typeof value === 'string' && isCurrency(value),
      message: 'Must be an ISO 4217 currency code, as INR.',
    },
    { example: 'INR', ...options },
  );

/** An e-mail address. */
export const Email = (options?: FieldOptions): PropertyDecorator =>
  Text({ pattern: /^[^\s@]{1,64}@[^\s@]{1,189}$/, max: 254, hint: 'Must be an e-mail address.', example: 'asha@example.com', ...options });

/** A telephone number in E.164, as `+919800000001`. */
export const Phone = (options?: FieldOptions): PropertyDecorator =>
  Text({
    pattern: /^\+[1-9]\d{6,14}$/,
    max: 16,
    hint: 'Must be a telephone number in E.164, as +919800000001.',
    example: '+919800000001',
    ...options,
  });

const isBetween = (count: number, min: number, max: number): boolean => count >= min && count <= max;

const isCalendarDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};
