/** What is to be blacked out of lines of CSV, and how. */
export interface BlackOut {
  readonly delimiter: string;
  /** Of people who are erased. */
  readonly references: ReadonlySet<string>;
  /** The cells that may name somebody, and are blacked out when one does: from the first on, up to another; counted from the end below 0. */
  readonly from: number;
  readonly to: number;
}

const [NEWLINE, RETURN, QUOTE, BLACK] = [10, 13, 34, 42];

/** A cell in a buffer, its quotes included. */
interface Cell {
  readonly start: number;
  readonly end: number;
}

/**
 * Whole lines of CSV with the cells of those blacked out that name somebody who is erased, as long as they were: quotes and ends of cells
 * stay. `headed` lines begin with the names of the columns. Lines that name nobody are answered as the same buffer.
 */
export function blackedOut(lines: Buffer, { delimiter, references, from, to }: BlackOut, headed: boolean): Buffer {
  // By far the most pieces name nobody.
  if (![...references].some((reference) => lines.includes(reference) || lines.includes(quoted(reference)))) return lines;
  let after = lines;
  let isHead = headed;
  for (const row of rowsOf(lines, delimiter.charCodeAt(0))) {
    const cells = row.slice(from, to < 0 ? Math.max(row.length + to, 0) : to);
    if (!isHead && cells.some((cell) => names(textOf(lines, cell), references, delimiter))) {
      if (after === lines) after = Buffer.from(lines);
      for (const cell of cells) black(after, cell);
    }
    isHead = false;
  }
  return after;
}

/** A row that could not be taken apart stands whole in its first cell. */
const names = (text: string, references: ReadonlySet<string>, delimiter: string): boolean =>
  references.has(text) || text.split(delimiter).some((part) => references.has(bare(part.trim())));

const quoted = (text: string): string => text.replaceAll('"', '""');

/** Without quotes around it, and without the apostrophe that keeps spreadsheets from taking it for a formula. */
function bare(text: string): string {
  const inner = text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1).replaceAll('""', '"') : text;
  return /^'[=+\-@\t\r]/.test(inner) ? inner.slice(1) : inner;
}

const textOf = (lines: Buffer, { start, end }: Cell): string => bare(lines.toString('utf8', start, end)).trim();

function black(lines: Buffer, { start, end }: Cell): void {
  for (let at = start; at < end; at++) if (lines[at] !== QUOTE) lines[at] = BLACK;
}

/** The cells of each row; a quoted one may go over lines. */
function* rowsOf(lines: Buffer, delimiter: number): Generator<Cell[]> {
  let row: Cell[] = [];
  let [start, isQuoted] = [0, false];
  for (let at = 0; at < lines.length; at++) {
    const char = lines[at];
    if (char === QUOTE) isQuoted = !isQuoted;
    if (isQuoted || (char !== delimiter && char !== NEWLINE)) continue;
    row.push({ start, end: char === NEWLINE && at > start && lines[at - 1] === RETURN ? at - 1 : at });
    start = at + 1;
    if (char === NEWLINE) {
      yield row;
      row = [];
    }
  }
  if (start < lines.length) yield [...row, { start, end: lines.length }];
}
