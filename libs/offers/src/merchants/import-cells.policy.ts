import { BadCell, type RowVerdict } from '@tallystick/loyalty';

/** One of a few words. @throws BadCell */
export function readChoice<const T extends string>(text: string, field: string, values: readonly T[]): T {
  const value = values.find((one) => one === text);
  if (value === undefined) throw new BadCell(field, `Must be one of ${values.join(', ')}.`);
  return value;
}

/** A whole number. @throws BadCell */
export function readWhole(text: string, field: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new BadCell(field, `Must be a whole number from ${min} to ${max}.`);
  return value;
}

/** `true` or `false`. @throws BadCell */
export const readFlag = (text: string, field: string): boolean => readChoice(text, field, ['true', 'false']) === 'true';

/** An https address. @throws BadCell */
export function readUrl(text: string, field: string): string {
  if (text.length > 500 || !/^https:\/\/[^\s@]{3,}$/.test(text))
    throw new BadCell(field, 'Must be an https address of at most 500 characters.');
  return text;
}

const MOST_VALUES = 500;

/** Different values apart by `;`. @throws BadCell */
export function readList(text: string, field: string, pattern = /^.{1,255}$/u, named = 'text of 1 to 255 characters'): string[] {
  const values = [...new Set(text.split(';').map((value) => value.trim()))].filter((value) => value !== '');
  if (values.length > MOST_VALUES || values.some((value) => !pattern.test(value)))
    throw new BadCell(field, `Must be at most ${MOST_VALUES} values apart by ;, each ${named}.`);
  return values;
}

/** Degrees with a decimal point. @throws BadCell */
export function readDegrees(text: string, field: string, most: number): number {
  const value = /^-?\d{1,3}(\.\d{1,15})?$/.test(text) ? Number(text) : NaN;
  if (!(Math.abs(value) <= most)) throw new BadCell(field, `Must be degrees from -${most} to ${most}, as 19.4326.`);
  return value;
}

/** A row that was taken; one that changed nothing is a duplicate. */
export const importedRow = (key: string, changed: boolean): RowVerdict => ({
  key,
  status: changed ? 'accepted' : 'duplicate',
  units: 0n,
  transactionId: null,
  memberId: null,
});
