import { DateTime } from 'luxon';
import type { FileFormat } from './file-format.policy.js';

/** A cell that does not say what it should; `field` is ours. */
export class BadCell extends Error {
  override readonly name = 'BadCell';

  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** Digits grouped by thousands, or as in India by hundreds above the first thousand. */
const GROUPED = { point: /^-?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d+)?$/, comma: /^-?\d{1,3}(\.\d{3})+(,\d+)?$/ };
const PLAIN = { point: /^-?\d+(\.\d+)?$/, comma: /^-?\d+(,\d+)?$/ };

/** An amount as plain decimal text, exactly as it was written; whether it fits is for who counts it (C4.1, C10.7). */
export function readDecimal(text: string, field: string, { decimals }: Pick<FileFormat, 'decimals'>): string {
  const plain = PLAIN[decimals].test(text);
  if (!plain && !GROUPED[decimals].test(text))
    throw new BadCell(field, `Must be a decimal number as ${decimals === 'point' ? '1250.00 or 1,250.00' : '1250,00 or 1.250,00'}.`);
  return decimals === 'point' ? text.replaceAll(',', '') : text.replaceAll('.', '').replace(',', '.');
}

const TIME = String.raw`(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?`;
const SHAPES: Readonly<
  Record<FileFormat['dates'], { readonly pattern: RegExp; readonly order: readonly [number, number, number]; readonly example: string }>
> = {
  iso: {
    pattern: new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})${TIME}$`),
    order: [1, 2, 3],
    example: '2026-03-31 or 2026-03-31T18:29:59Z',
  },
  day_first: { pattern: new RegExp(String.raw`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})${TIME}$`), order: [3, 2, 1], example: '31/03/2026' },
  month_first: { pattern: new RegExp(String.raw`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})${TIME}$`), order: [3, 1, 2], example: '03/31/2026' },
};
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A moment: with its offset as in RFC 3339, or a day or local time in the tenant's zone; a day alone is its first moment. */
export function readMoment(text: string, field: string, { dates }: Pick<FileFormat, 'dates'>, zone: string): Date {
  // By far the most moments: a tenth of what a row leaves to be collected, were they parsed as any text may be.
  if (WITH_OFFSET.test(text) && isDay(text)) {
    const exact = new Date(text);
    if (!Number.isNaN(exact.getTime())) return exact;
  }
  const parts = WITH_OFFSET.test(text) ? undefined : partsOf(text, dates);
  const moment = parts && DateTime.fromObject(parts, { zone });
  if (!moment?.isValid) throw new BadCell(field, `Must be a date as ${SHAPES[dates].example}.`);
  return moment.toJSDate();
}

/** Whether what begins with a day as `2026-03-31` begins with one of the calendar: `Date` takes the 30th of February for the 2nd of March. */
const isDay = (text: string): boolean =>
  Number(text.slice(8, 10)) ===
  new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10)))).getUTCDate();

/** A day, as `2026-03-31`. */
export function readDay(text: string, field: string, { dates }: Pick<FileFormat, 'dates'>): string {
  const parts = partsOf(text, dates);
  const day = parts && DateTime.fromObject({ year: parts.year, month: parts.month, day: parts.day }, { zone: 'utc' });
  if (!day?.isValid) throw new BadCell(field, `Must be a date as ${SHAPES[dates].example}.`);
  return day.toISODate()!;
}

function partsOf(text: string, dates: FileFormat['dates']) {
  const { pattern, order } = SHAPES[dates];
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year, month, day] = order.map((group) => Number(match[group])) as [number, number, number];
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part) => Number(part ?? 0)) as [number, number, number];
  return { year, month, day, hour, minute, second, millisecond: Number((match[7] ?? '').padEnd(3, '0')) };
}

/** A text of 1 to so many characters. */
export function readText(text: string, field: string, longest: number): string {
  if (text.length === 0 || text.length > longest) throw new BadCell(field, `Must be text of 1 to ${longest} characters.`);
  return text;
}
