import { isCurrency, LARGEST_POSTING, Money } from '@tallystick/kernel';
import { BadCell, readDecimal, readMoment, readText, type FieldCells, type FileField, type Reading } from '@tallystick/loyalty';

/** What a settlement file may say of a card transaction that settled. */
export const SETTLEMENT_FIELDS: readonly FileField[] = [
  { name: 'reference', required: true },
  { name: 'amount', required: true },
  { name: 'currency', required: true },
  { name: 'type' },
  { name: 'part' },
  { name: 'settled_at' },
  { name: 'source' },
];

const TYPES = ['purchase', 'refund', 'reversal'];

/** What a row says of a card transaction; the amount in minor units. */
export interface SettledRow {
  readonly line: number;
  readonly type: string;
  /** Whose id the reference is; that of the file where the row does not say. */
  readonly source: string | undefined;
  readonly reference: string;
  readonly part: number;
  readonly currency: string;
  readonly amount: string;
  readonly settledAt: Date | null;
}

/** Reads a row. @throws BadCell */
export function readSettledRow(cell: FieldCells, { format, zone }: Pick<Reading, 'format' | 'zone'>, line: number): SettledRow {
  const currency = cell('currency').toUpperCase();
  if (!isCurrency(currency)) throw new BadCell('currency', 'Must be a currency of ISO 4217, as MXN.');
  const type = cell('type') === '' ? 'purchase' : cell('type').toLowerCase();
  if (!TYPES.includes(type)) throw new BadCell('type', `Must be one of ${TYPES.join(', ')}.`);
  return {
    line,
    type,
    source: cell('source') === '' ? undefined : readText(cell('source'), 'source', 50),
    reference: readText(cell('reference'), 'reference', 200),
    part: readPart(cell('part')),
    currency,
    amount: String(readAmount(readDecimal(cell('amount'), 'amount', format), currency)),
    settledAt: cell('settled_at') === '' ? null : readMoment(cell('settled_at'), 'settled_at', format, zone),
  };
}

function readAmount(text: string, currency: string): bigint {
  const money = Money.parse(text, currency);
  if (typeof money === 'string') throw new BadCell('amount', 'Has more decimals than the currency, or more digits than can be counted.');
  if (money.minor <= 0n || money.minor > LARGEST_POSTING) throw new BadCell('amount', 'Must be above 0, and no more than can be posted.');
  return money.minor;
}

function readPart(text: string): number {
  if (text === '') return 1;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new BadCell('part', 'Must be a whole number from 1 to 999.');
  return Number(text);
}

const NAMED_WINDOW = /(?<![a-z0-9])(w-\d{4}-\d{2}|d-\d{4}-\d{2}-\d{2})(-[0-9a-f]{8})?(?![a-z0-9])/gi;

/**
 * The window that the name of a file names, as `settlement_W-2025-46.csv` or `D-2025-11-14-4f6f0a01.csv`; the end of the tenant's id may be
 * left out. Undefined when it names none, or several.
 */
export function windowOfName(name: string, tenantId: string): string | undefined {
  const ids = [...name.matchAll(NAMED_WINDOW)].map(
    ([, period, end]) => `${period!.toUpperCase()}${end?.toLowerCase() ?? `-${tenantId.slice(-8)}`}`,
  );
  const named = new Set(ids);
  return named.size === 1 ? ids[0] : undefined;
}
