/** One row of a file as it stands there, which may go over several lines where a cell is quoted. */
export interface FramedRow {
  /** Of its first line; a file begins on line 1. */
  readonly line: number;
  /** Without the end of the line; of a row that is too long the beginning. */
  readonly raw: Buffer;
  /** Why it cannot be taken apart. */
  readonly problem?: 'too_long' | 'quotes';
  /** Where the next row begins. */
  readonly next: Position;
}

/** A place in a file: bytes before it, and the number of its line. */
export interface Position {
  readonly offset: number;
  readonly line: number;
}

/** Bytes that a row may have, all its lines together. */
export const LONGEST_ROW = 64 * 1024;
/** Of a row that is too long, so much is kept to show. */
const SHOWN = 1_000;

/** What some programs put before UTF-8. */
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const [NEWLINE, RETURN, QUOTE] = [10, 13, 34];

/** A row within a buffer: where its line ends (exclusive of the end of the line), and how many lines it has. */
interface Cut {
  readonly end: number;
  readonly lines: number;
  readonly problem?: FramedRow['problem'];
}

/**
 * Cuts a stream into rows and holds no more than one of them. A quoted cell may go over lines. A quote that is never closed costs its own
 * line, a line without an end itself, and neither the rest of the file. Empty lines are passed over.
 */
export async function* frameRows(stream: AsyncIterable<Buffer>, delimiter: string, from: Position): AsyncGenerator<FramedRow> {
  const framer = new Framer(delimiter.charCodeAt(0), from);
  for await (const part of stream) {
    framer.add(part);
    yield* framer.rows(false);
  }
  yield* framer.rows(true);
}

class Framer {
  private held: Buffer = Buffer.alloc(0);
  /** The beginning of a row whose end is so far away that it is only looked for. */
  private overlong?: Pick<FramedRow, 'line' | 'raw'>;

  constructor(
    private readonly delimiter: number,
    private at: Position,
  ) {}

  add(part: Buffer): void {
    this.held = this.held.length === 0 ? part : Buffer.concat([this.held, part]);
  }

  *rows(last: boolean): Generator<FramedRow> {
    while (this.held.length > 0 || (last && this.overlong)) {
      if (this.overlong) {
        const end = this.held.indexOf(NEWLINE);
        if (end < 0 && !last) return this.pass(this.held.length, 0);
        this.pass(end < 0 ? this.held.length : end + 1, 1);
        yield { ...this.overlong, problem: 'too_long', next: this.at };
        this.overlong = undefined;
        continue;
      }
      const cut = this.cut(last);
      if (!cut) return;
      if (cut.problem === 'too_long') {
        this.overlong = { line: this.at.line, raw: this.held.subarray(0, SHOWN) };
        this.pass(cut.end, 0);
        continue;
      }
      const end = cut.end > 0 && cut.end < this.held.length && this.held[cut.end - 1] === RETURN ? cut.end - 1 : cut.end;
      const [raw, { line }] = [this.held.subarray(0, end), this.at];
      this.pass(Math.min(cut.end + 1, this.held.length), cut.lines);
      if (raw.length > 0) yield { line, raw, ...(cut.problem && { problem: cut.problem }), next: this.at };
    }
  }

  private pass(bytes: number, lines: number): void {
    this.at = { offset: this.at.offset + bytes, line: this.at.line + lines };
    this.held = this.held.subarray(bytes);
  }

  /** Finds the end of the row that begins the buffer; undefined when there is too little of it to say. */
  private cut(last: boolean): Cut | undefined {
    const { held, delimiter } = this;
    let [quoted, beginning, closed, broken] = [false, true, false, false];
    let lines = 1;
    let firstLine = -1;
    /** The row of a quote that nothing closes is the line that it stands on. */
    const unclosed = (): Cut => ({ end: firstLine < 0 ? held.length : firstLine, lines: 1, problem: 'quotes' });
    for (let i = this.at.offset === 0 && held.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0; i < held.length; i++) {
      if (i >= LONGEST_ROW) return firstLine >= 0 ? unclosed() : { end: i, lines: 0, problem: 'too_long' };
      const char = held[i];
      if (quoted) {
        if (char === NEWLINE) {
          if (firstLine < 0) firstLine = i;
          lines++;
        } else if (char === QUOTE) {
          if (i + 1 === held.length && !last) return undefined;
          if (held[i + 1] === QUOTE) i++;
          else [quoted, closed] = [false, true];
        }
        continue;
      }
      if (char === NEWLINE) return { end: i, lines, ...(broken && { problem: 'quotes' as const }) };
      if (char === delimiter) [beginning, closed] = [true, false];
      else if (char === QUOTE) {
        if (beginning) quoted = true;
        else broken = true;
        beginning = false;
      } else {
        if (closed && char !== RETURN) broken = true;
        beginning = false;
      }
    }
    if (!last) return undefined;
    return quoted ? unclosed() : { end: held.length, lines, ...(broken && { problem: 'quotes' as const }) };
  }
}
