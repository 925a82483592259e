import type { AttributeDefinition } from './attribute-definition.js';

/** What an attribute holds. */
export type AttributeValue = string | number;

const LONGEST_TEXT = 500;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,10})?$/;

type Typed = Pick<AttributeDefinition, 'dataType' | 'options'>;

/** Why a value is none of this attribute, in words for who sent it; undefined when it is one. */
export function problemOf({ dataType, options }: Typed, value: unknown): string | undefined {
  switch (dataType) {
    case 'string':
      return isText(value) ? undefined : `Must be text of 1 to ${LONGEST_TEXT} characters.`;
    case 'date':
      return typeof value === 'string' && DAY.test(value) && isCalendarDay(value) ? undefined : 'Must be a day, as 2026-03-31.';
    case 'number':
      return Number.isFinite(value) && Math.abs(value as number) <= Number.MAX_SAFE_INTEGER ? undefined : 'Must be a number.';
    case 'selection':
      return options?.includes(value as string) ? undefined : `Must be one of ${options?.join(', ')}.`;
  }
}

/** Reads what a column of a file or a dialect carries as text: numbers become numbers, all else stays. It is checked by `problemOf` afterwards. */
export const attributeFromText = ({ dataType }: Typed, text: string): AttributeValue =>
  dataType === 'number' && NUMBER.test(text.trim()) ? Number(text) : dataType === 'string' ? text : text.trim();

/** What two spellings of one unique value have in common. */
export const normalized = (value: AttributeValue): string => String(value).normalize('NFKC').trim().toLowerCase();

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '' && [...value].length <= LONGEST_TEXT;

const isCalendarDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};
