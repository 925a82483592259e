import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ReplayFailure, Stopped } from '../failure.js';
import { readLayout, type ColumnNames, type Layout } from './layout.js';
import { readLines } from './lines.js';
import { readPurchase, type Malformation, type Purchase } from './purchase.js';
import { readRecords } from './records.js';

/** A purchase log and how to read it. */
export interface PurchaseLog {
  readonly file: string;
  /** Its size when the replay began: what is appended afterwards belongs to another replay. */
  readonly bytes: number;
  readonly columns: ColumnNames;
  readonly delimiter?: string;
  /** The currency of rows without a currency column. */
  readonly currency: string;
}

/** One row below the heading: the line it begins on, and the purchase or what is wrong with it. */
export interface LoggedRow {
  readonly line: number;
  readonly row: Purchase | Malformation;
}

/** The size of a file in bytes; throws `ReplayFailure` when it is not a file that can be read, or is empty. */
export async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new ReplayFailure(error.code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read (${error.code}).`);
  });
  if (!found.isFile()) throw new ReplayFailure(`${file} is not a file.`);
  if (found.size === 0) throw new ReplayFailure(`The file ${file} is empty.`);
  return found.size;
}

/**
 * Opens a log for one pass from its heading to its end, holding a chunk at a time. `tap` sees the bytes as they are read.
 * Throws `ReplayFailure` when the heading lacks a column, `Stopped` at the next chunk once `stop` is aborted.
 */
export async function openLog(
  log: PurchaseLog,
  stop: AbortSignal,
  tap?: (chunk: Buffer) => void,
): Promise<{ layout: Layout; rows: AsyncGenerator<LoggedRow> }> {
  const lines = readLines(chunksOf(log, stop, tap));
  const heading = await lines.next();
  if (heading.done) throw new ReplayFailure(`The file ${log.file} is empty.`);
  const layout = readLayout(heading.value.text, log.columns, log.delimiter);
  return { layout, rows: rowsOf(readRecords(lines, layout.delimiter), layout, log.currency) };
}

async function* rowsOf(records: ReturnType<typeof readRecords>, layout: Layout, currency: string): AsyncGenerator<LoggedRow> {
  for await (const record of records) {
    const row = record.problem === undefined ? readPurchase(record.cells, layout, currency) : { reason: record.problem };
    yield { line: record.line, row };
  }
}

async function* chunksOf(log: PurchaseLog, stop: AbortSignal, tap?: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(log.file, { end: log.bytes - 1 }) as AsyncIterable<Buffer>) {
      if (stop.aborted) throw new Stopped();
      tap?.(chunk);
      yield chunk;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new ReplayFailure(`The file ${log.file} cannot be read (${code}).`);
  }
}
