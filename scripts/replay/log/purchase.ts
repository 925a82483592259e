import type { Field, Layout } from './layout.js';

/** A purchase or refund as the log has it, in the words of the API. */
export interface Purchase {
  /** The log's own id, where it has a column for it. */
  readonly id?: string;
  readonly type: 'purchase' | 'refund';
  readonly member_reference: string;
  /** Plain decimal text in the currency's major unit, passed on as it was written but for leading zeros. */
  readonly amount: string;
  readonly currency: string;
  /** RFC 3339 in UTC. */
  readonly occurred_at: string;
  readonly original_id?: string;
  /** Not posted; part of the id that is made from a row without one. */
  readonly quantity?: string;
}

/** Why a row cannot be posted, in the words of the file: its column (none: the whole row), what is wrong, the value that is. */
export interface Malformation {
  readonly column?: string;
  readonly reason: string;
  readonly value?: string;
}

const PLAIN_AMOUNT = /^0*(\d{1,30}(?:\.\d{1,30})?)$/;
const CURRENCY = /^[A-Z]{3}$/;
const DATE = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const UNREADABLE = /[\u0000-\u001f\u007f\ufffd]/;

/** Reads one row; answers what is wrong with it instead of guessing. Rows without a currency column are in `currency`. */
export function readPurchase(cells: readonly string[], layout: Layout, currency: string): Purchase | Malformation {
  if (cells.length !== layout.width) return { reason: `has ${cells.length} columns where the heading has ${layout.width}` };
  const cell = (field: Field): string | undefined => {
    const position = layout.positions[field];
    return position === undefined ? undefined : cells[position];
  };
  const refuse = (field: Field, reason: string): Malformation => ({
    column: layout.names[field],
    reason,
    value: cell(field)?.slice(0, 60),
  });

  for (const field of ['reference', 'id', 'quantity', 'original'] as const) {
    if (UNREADABLE.test(cell(field) ?? '')) return refuse(field, 'holds characters that are not readable UTF-8 text');
    if (cell(field) === '' && (field === 'reference' || field === 'id')) return refuse(field, 'is empty');
  }
  const amount = readAmount(cell('amount') as string);
  if (amount === undefined) return refuse('amount', 'is not a plain decimal number such as 11.77');
  const occurredAt = readMoment(cell('date') as string);
  if (occurredAt === undefined) return refuse('date', 'is not a date as YYYYMMDD, YYYY-MM-DD or ISO 8601 with a time');
  const type = (cell('type') || 'purchase').toLowerCase();
  if (type !== 'purchase' && type !== 'refund') return refuse('type', 'is neither purchase nor refund');
  const inCurrency = cell('currency') ?? currency;
  if (!CURRENCY.test(inCurrency)) return refuse('currency', 'is not a currency code such as USD');

  return {
    ...optional('id', cell('id')),
    type,
    member_reference: cell('reference') as string,
    amount,
    currency: inCurrency,
    occurred_at: occurredAt,
    ...optional('original_id', cell('original')),
    ...optional('quantity', cell('quantity')),
  };
}

const optional = <Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> =>
  value ? ({ [key]: value } as Record<Key, string>) : {};

/** The amount without leading zeros, `0011.77` as `11.77`; undefined for signs, exponents, separators of thousands and other notations. */
export const readAmount = (text: string): string | undefined => PLAIN_AMOUNT.exec(text)?.[1];

/** A date or date with time as RFC 3339 in UTC; a date is its midnight, a time without a zone is UTC. Undefined for days that do not exist. */
export function readMoment(text: string): string | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, year, , month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const utc = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
  const exists = utc.getUTCMonth() + 1 === Number(month) && utc.getUTCDate() === Number(day) && utc.getUTCHours() === Number(hour);
  if (!exists || Number(minute) > 59 || Number(second) > 59 || Number(year) < 1000) return undefined;
  const civil = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (fraction === '' && zone.toUpperCase() === 'Z') return `${civil}Z`;
  const moment = new Date(`${civil}${fraction.slice(0, 4)}${zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace('.000Z', 'Z');
}

/** Whether a row could be read. */
export const isPurchase = (row: Purchase | Malformation): row is Purchase => !('reason' in row);
