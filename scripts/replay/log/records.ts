import { parse } from 'csv-parse/sync';
import type { Line } from './lines.js';

/** The delimiter of logs whose columns are separated by runs of blanks, as in the CDNOW layout. */
export const BLANKS = ' ';

/** How many lines a quoted cell may span; beyond that the quote counts as never closed. */
const LONGEST_RECORD = 100;

/** A record of the file by the line it begins on: its cells, or what is wrong with it. */
export type LogRecord = { readonly line: number } & (
  { readonly cells: string[]; readonly problem?: undefined } | { readonly problem: string }
);

/**
 * The cells of a record, trimmed. Quotes follow RFC 4180, except between blanks, where a quote is a character like any other.
 * Throws when the quotes make no sense.
 */
export function splitCells(text: string, delimiter: string): string[] {
  if (delimiter === BLANKS) return text.trim().split(/[ \t]+/);
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim());
  const records = parse(text, { delimiter, trim: true, relax_column_count: true });
  if (records.length !== 1) throw new Error('its quotes span more than one record');
  return records[0] as string[];
}

/**
 * Joins lines into records: a line with a quote left open goes on in the next ones. Blank lines are passed over.
 * Every other line ends in a record or is named in a problem: a stray quote costs its own line, never the rest of the file.
 */
export async function* readRecords(lines: AsyncIterable<Line>, delimiter: string): AsyncGenerator<LogRecord> {
  const unsettled: Line[] = [];
  for await (const line of lines) {
    if (unsettled.length === 0 && !line.tooLong && line.text.trim() === '') continue;
    unsettled.push(line);
    yield* settle(unsettled, delimiter, false);
  }
  yield* settle(unsettled, delimiter, true);
}

function* settle(unsettled: Line[], delimiter: string, atEnd: boolean): Generator<LogRecord> {
  for (let first = unsettled[0]; first; first = unsettled[0]) {
    const size = first.tooLong ? 0 : closedAfter(unsettled, delimiter);
    if (size === undefined && !atEnd && unsettled.length < LONGEST_RECORD) return;
    yield size ? record(unsettled, size, delimiter) : refuse(unsettled, first.tooLong ? 'the line is too long' : 'a quote is not closed');
  }
}

/** Of how many lines the first record consists, or undefined while its quote is open. */
function closedAfter(lines: Line[], delimiter: string): number | undefined {
  let quotes = 0;
  for (const [index, line] of lines.entries()) {
    if (line.tooLong) return 0;
    quotes += delimiter === BLANKS ? 0 : line.text.split('"').length - 1;
    if (quotes % 2 === 0) return index + 1;
  }
  return undefined;
}

function record(unsettled: Line[], size: number, delimiter: string): LogRecord {
  const [first] = unsettled as [Line];
  const text =
    size === 1
      ? first.text
      : unsettled
          .slice(0, size)
          .map((line) => line.text)
          .join('\n');
  try {
    const cells = splitCells(text, delimiter);
    unsettled.splice(0, size);
    return { line: first.number, cells };
  } catch {
    return refuse(unsettled, 'a quote is out of place');
  }
}

function refuse(unsettled: Line[], problem: string): LogRecord {
  return { line: (unsettled.shift() as Line).number, problem };
}
