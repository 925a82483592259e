import { ReplayFailure } from '../failure.js';
import { BLANKS, splitCells } from './records.js';

/** What a column of a purchase log can hold. */
export type Field = 'reference' | 'amount' | 'date' | 'id' | 'quantity' | 'currency' | 'type' | 'original';

/** Names of columns as the person gave them. */
export type ColumnNames = Readonly<Partial<Record<Field, string>>>;

/** How the lines of one file are read. */
export interface Layout {
  /** One character, or `BLANKS` for runs of blanks. */
  readonly delimiter: string;
  /** How many columns each row must have. */
  readonly width: number;
  /** The names of the columns that are used. */
  readonly names: ColumnNames;
  /** Their positions, from 0. */
  readonly positions: Readonly<Partial<Record<Field, number>>>;
}

const CDNOW: ColumnNames = { reference: 'customer_id', date: 'date', quantity: 'number_of_cds', amount: 'dollar_value' };
const CDNOW_HEADING = 'customer_id date number_of_cds dollar_value';

/** The API's own names: a CSV that uses them needs no options. */
const NATIVE: Readonly<Record<Field, string>> = {
  reference: 'member_reference',
  amount: 'amount',
  date: 'occurred_at',
  id: 'id',
  quantity: 'quantity',
  currency: 'currency',
  type: 'type',
  original: 'original_id',
};
const REQUIRED: ReadonlySet<string> = new Set<Field>(['reference', 'amount', 'date']);

/**
 * Reads the heading: the CDNOW layout by its four names, else CSV with the columns that were named, else with the API's own names.
 * Throws `ReplayFailure` for a column that is missing or stands twice.
 */
export function readLayout(heading: string, named: ColumnNames, delimiter?: string): Layout {
  const cdnow = delimiter === undefined && heading.trim().split(/\s+/).join(' ') === CDNOW_HEADING;
  const separator = cdnow ? BLANKS : (delimiter ?? guessDelimiter(heading));
  const cells = headingCells(heading, separator);
  const names: Partial<Record<Field, string>> = {};
  const positions: Partial<Record<Field, number>> = {};
  for (const field of Object.keys(NATIVE) as Field[]) {
    const name = named[field] ?? (cdnow ? CDNOW[field] : NATIVE[field]);
    if (name === undefined || (named[field] === undefined && !REQUIRED.has(field) && !cells.includes(name))) continue;
    names[field] = name;
    positions[field] = positionOf(name, field, cells);
  }
  return { delimiter: separator, width: cells.length, names, positions };
}

function guessDelimiter(heading: string): string {
  return [',', ';', '\t'].find((candidate) => heading.includes(candidate)) ?? ',';
}

function headingCells(heading: string, delimiter: string): string[] {
  try {
    return splitCells(heading, delimiter);
  } catch {
    throw new ReplayFailure('The first line is not a heading that can be read: a quote is out of place.');
  }
}

function positionOf(name: string, field: Field, cells: string[]): number {
  const position = cells.indexOf(name);
  if (position < 0) {
    const seen = cells.map((cell) => cell.slice(0, 40)).join(', ');
    throw new ReplayFailure(`The heading has no column "${name}" (name another with --${field}-column); its columns are: ${seen}.`);
  }
  if (cells.includes(name, position + 1)) throw new ReplayFailure(`The heading names the column "${name}" twice.`);
  return position;
}
