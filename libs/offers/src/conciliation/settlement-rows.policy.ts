import { isCurrency, LARGEST_POSTING, Money } from '@tallystick/kernel';
import {
  BadCell,
  DEFAULT_FORMAT,
  readDecimal,
  readMoment,
  readText,
  type FileField,
  type FileHeader,
  type RowCells,
} from '@tallystick/loyalty';
import type { SettlementRow } from './settlement-file.js';

/** What a settlement file may say of a card transaction that settled. */
export const SETTLEMENT_FIELDS: readonly FileField[] = [
  { name: 'reference', required: true },
  { name: 'amount', required: true },
  { name: 'currency', required: true },
  { name: 'type' },
  { name: 'part' },
  { name: 'settled_at' },
];

const TYPES = ['purchase', 'refund', 'reversal'];

/** Reads a row: what it says of a card transaction of `source`, or why it cannot be taken. */
export function readSettlementRow(
  line: number,
  cells: RowCells,
  { names, fields }: FileHeader,
  source: string,
  zone: string,
): SettlementRow {
  const refused = (reason: string, field: string | null = null): SettlementRow => ({
    ...NOTHING,
    line,
    code: 'validation_error',
    field,
    reason,
  });
  if ('problem' in cells) return refused(cells.problem);
  if (cells.cells.length !== names.length)
    return refused(`The row has ${cells.cells.length} cells, and the first line names ${names.length}.`);
  const byField = new Map(fields.map((field, index) => [field, cells.cells[index]!]));
  const cell = (field: string): string => byField.get(field) ?? '';
  try {
    const currency = cell('currency').toUpperCase();
    if (!isCurrency(currency)) throw new BadCell('currency', 'Must be a currency of ISO 4217, as MXN.');
    const type = cell('type') === '' ? 'purchase' : cell('type').toLowerCase();
    if (!TYPES.includes(type)) throw new BadCell('type', `Must be one of ${TYPES.join(', ')}.`);
    return {
      ...NOTHING,
      line,
      status: 'accepted',
      type,
      source,
      reference: readText(cell('reference'), 'reference', 200),
      part: readPart(cell('part')),
      currency,
      amount: String(readAmount(cell('amount'), currency)),
      settledAt: cell('settled_at') === '' ? null : readMoment(cell('settled_at'), 'settled_at', DEFAULT_FORMAT, zone),
    };
  } catch (error) {
    if (!(error instanceof BadCell)) throw error;
    return refused(error.message, error.field);
  }
}

const NOTHING: SettlementRow = {
  line: 0,
  status: 'rejected',
  type: null,
  source: null,
  reference: null,
  part: null,
  currency: null,
  amount: null,
  settledAt: null,
  code: null,
  field: null,
  reason: null,
};

function readAmount(text: string, currency: string): bigint {
  const money = Money.parse(readDecimal(text, 'amount', DEFAULT_FORMAT), currency);
  if (typeof money === 'string') throw new BadCell('amount', 'Has more decimals than the currency, or more digits than can be counted.');
  if (money.minor <= 0n || money.minor > LARGEST_POSTING) throw new BadCell('amount', 'Must be above 0, and no more than can be posted.');
  return money.minor;
}

function readPart(text: string): number {
  if (text === '') return 1;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new BadCell('part', 'Must be a whole number from 1 to 999.');
  return Number(text);
}
