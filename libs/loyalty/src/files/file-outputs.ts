import { Points } from '@tallystick/kernel';
import { stringify } from 'csv-stringify/sync';
import { MemberErased } from '../members/member.errors.js';
import { DELIMITERS, type FileFormat, type RowType } from './file-format.policy.js';
import { FILE_FIELDS } from './points-rows.js';
import { ERROR_COLUMNS, type FileHeader } from './file-header.policy.js';
import type { RowCells } from './cells.policy.js';
import type { FramedRow } from './frame-rows.js';
import type { RowVerdict } from './row-kind.js';

/** A row with what became of it. */
export interface WorkedRow {
  readonly row: FramedRow;
  readonly cells: RowCells;
  readonly verdict: RowVerdict;
}

/** What the two files that go back have in common with the one that came. */
export interface OutputShape {
  readonly format: FileFormat;
  readonly type: RowType;
  readonly header: FileHeader;
  readonly scale: number;
}

const RESULT_COLUMNS = ['line', 'key', 'status', 'points', 'transaction_id', 'member_id', 'code', 'column', 'reason'];

/** Where the key of a row stands in them. */
export const KEY_COLUMN = RESULT_COLUMNS.indexOf('key');

export const resultHead = ({ format }: OutputShape): string => lines([RESULT_COLUMNS], format);

/** A line for each row: what became of it. */
export const resultLines = (rows: readonly WorkedRow[], shape: OutputShape): string =>
  lines(
    rows.map(({ row, verdict }) => [
      String(row.line),
      isNamed(verdict, shape) ? '' : (verdict.key ?? ''),
      verdict.status,
      Points.of(verdict.units, shape.scale).toString(),
      verdict.transactionId ?? '',
      verdict.memberId ?? '',
      verdict.code ?? '',
      columnOf(verdict, shape),
      verdict.reason ?? '',
    ]),
    shape.format,
  );

const ownColumns = ({ header }: OutputShape): number[] =>
  header.names.flatMap((name, index) => ((ERROR_COLUMNS as readonly string[]).includes(name) ? [] : [index]));

export const rejectedHead = (shape: OutputShape): string =>
  lines([[...ownColumns(shape).map((index) => shape.header.names[index]!), ...ERROR_COLUMNS]], shape.format);

/** Who was erased is not written down again, not even as a row that was refused; its line tells the sender which it was. */
const isErased = ({ code }: RowVerdict): boolean => code === MemberErased.code;
const isNamed = (verdict: RowVerdict, { type }: OutputShape): boolean => isErased(verdict) && (type === 'CPD' || type === 'CRD');

/**
 * The rejected rows as they came, each with its reason: corrected, they can be sent again as they are (FIL-04). Those of the erased are not
 * among them: nothing about them can be corrected (C9.4).
 */
export function rejectedLines(rows: readonly WorkedRow[], shape: OutputShape): string {
  const own = ownColumns(shape);
  const rejected = rows.filter(({ verdict }) => verdict.status === 'rejected' && !isErased(verdict));
  return lines(
    rejected.map(({ row, cells, verdict }) => [
      ...('cells' in cells && cells.cells.length === shape.header.names.length
        ? own.map((index) => cells.cells[index]!)
        : own.map((_, position) => (position === 0 ? row.raw.toString() : ''))),
      String(row.line),
      columnOf(verdict, shape),
      verdict.code ?? '',
      verdict.reason ?? '',
    ]),
    shape.format,
  );
}

/** A field by the name of its column. */
function columnOf({ field }: RowVerdict, { header }: OutputShape): string {
  if (field === undefined) return '';
  return header.names[header.fields.indexOf(FILE_FIELDS[field] ?? field)] ?? field;
}

/** Cells that a spreadsheet would take for a formula are escaped (C10.7); a number is none. */
const lines = (rows: readonly (readonly string[])[], { delimiter }: FileFormat): string =>
  stringify(
    rows.map((cells) => cells.map(harmless)),
    { delimiter: DELIMITERS[delimiter], record_delimiter: '\r\n' },
  );

const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) && !/^-\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell);
