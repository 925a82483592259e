import { DateTime } from 'luxon';

/** How transactions are dated: as ISO 8601, or as people write it. Without an offset it is the tenant's own time. */
const FORMS = ['yyyy-MM-dd HH:mm:ss', 'dd/MM/yyyy HH:mm:ss', 'dd/MM/yyyy', 'dd-MM-yyyy HH:mm:ss', 'dd-MM-yyyy'];

/** Whether a text is a date in one of the forms. */
export const isTransactionDate = (text: string): boolean => read(text, 'UTC') !== undefined;

/** The moment that a transaction's date means in a zone. The text is one that `isTransactionDate` takes. */
export const momentOf = (text: string, zone: string): Date => read(text, zone)!.toJSDate();

function read(text: string, zone: string): DateTime<true> | undefined {
  const tried = [DateTime.fromISO(text, { zone }), ...FORMS.map((form) => DateTime.fromFormat(text, form, { zone }))];
  return tried.find((date): date is DateTime<true> => date.isValid && date.year >= 1970 && date.year < 2200);
}
