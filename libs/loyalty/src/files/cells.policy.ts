import { parse } from 'csv-parse/sync';
import { DELIMITERS, type FileFormat } from './file-format.policy.js';
import type { FramedRow } from './frame-rows.js';

/** What a row says, cell by cell, or why it cannot be read. */
export type RowCells = { readonly cells: readonly string[] } | { readonly problem: string };

const PROBLEMS = {
  too_long: 'The row has more than 65,536 bytes.',
  quotes: 'A quote is not closed, or stands inside a cell that is not quoted.',
} as const;

/** Takes rows apart. A cell that was escaped for spreadsheets on its way out, as rejected rows are, is what it was (C10.7). */
export function readCells(rows: readonly FramedRow[], { delimiter }: Pick<FileFormat, 'delimiter'>): RowCells[] {
  const sound = rows.filter((row) => problemOf(row) === undefined);
  const parsed = parse(Buffer.concat(sound.flatMap(({ raw }) => [raw, LINE_END])), {
    delimiter: DELIMITERS[delimiter],
    record_delimiter: '\n',
    relax_column_count: true,
  }) as unknown as string[][];
  if (parsed.length !== sound.length) throw new Error('the rows of a file were cut at other places than they were read at');
  let next = 0;
  return rows.map((row): RowCells => {
    const problem = problemOf(row);
    return problem === undefined ? { cells: parsed[next++]!.map(unescaped) } : { problem };
  });
}

const LINE_END = Buffer.from('\n');

function problemOf({ raw, problem }: FramedRow): string | undefined {
  if (problem) return PROBLEMS[problem];
  return raw.includes(0) ? 'The row has a NUL character.' : undefined;
}

const unescaped = (cell: string): string => {
  const text = cell.trim();
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
};
