import { isUtf8 } from 'node:buffer';
import { readCells } from './cells.policy.js';
import { DELIMITERS, type FileFormat } from './file-format.policy.js';
import { readHeader, RefusedFile, type FileField, type FileHeader } from './file-header.policy.js';
import { BYTE_ORDER_MARK, frameRows, type FramedRow, type Position } from './frame-rows.js';

/** What a file is, before any of its rows is looked at. */
export interface InspectedFile {
  readonly header: FileHeader;
  /** Where the first row begins. */
  readonly first: Position;
  /** Rows without the header and the trailer. */
  readonly rows: number;
}

/** Reads the header. @throws RefusedFile */
export async function readFirstRow(
  stream: AsyncIterable<Buffer>,
  type: string,
  fields: readonly FileField[],
  format: FileFormat,
): Promise<Omit<InspectedFile, 'rows'>> {
  for await (const row of frameRows(stream, DELIMITERS[format.delimiter], { offset: 0, line: 1 }))
    return headerOf(row, type, fields, format);
  throw new RefusedFile('empty_file', 'The file is empty.');
}

/**
 * Goes through a whole file once, so that what refuses it as a whole does so before any row is counted: it is not text in UTF-8, its
 * columns are not those of its type, its trailer does not count what is there (FIL-03).
 * @throws RefusedFile
 */
export async function inspectFile(
  stream: AsyncIterable<Buffer>,
  type: string,
  fields: readonly FileField[],
  format: FileFormat,
): Promise<InspectedFile> {
  let header: Omit<InspectedFile, 'rows'> | undefined;
  let rows = 0;
  let trailer: FramedRow | undefined;
  for await (const row of frameRows(stream, DELIMITERS[format.delimiter], { offset: 0, line: 1 })) {
    if (!header) {
      header = headerOf(row, type, fields, format);
      continue;
    }
    if (!isUtf8(row.raw) && row.problem !== 'too_long')
      throw new RefusedFile('not_text', `Line ${row.line} is not UTF-8: save the file as UTF-8 and send it again.`);
    if (trailer) throw new RefusedFile('wrong_trailer', `The trailer is on line ${trailer.line}, and a row follows on line ${row.line}.`);
    if (isTrailer(row, format)) trailer = row;
    else rows++;
  }
  if (!header) throw new RefusedFile('empty_file', 'The file is empty.');
  if (format.trailer !== null) checkTrailer(trailer, rows, format);
  return { ...header, rows };
}

function headerOf(row: FramedRow, type: string, fields: readonly FileField[], format: FileFormat): Omit<InspectedFile, 'rows'> {
  const { raw } = row;
  if ((raw[0] === 0xff && raw[1] === 0xfe) || (raw[0] === 0xfe && raw[1] === 0xff) || raw.includes(0))
    throw new RefusedFile('not_text', 'The file is UTF-16 or no text: save it as UTF-8 and send it again.');
  if (!isUtf8(raw)) throw new RefusedFile('not_text', 'The first line is not UTF-8: save the file as UTF-8 and send it again.');
  const marked = raw.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const [read] = readCells([marked ? { ...row, raw: raw.subarray(BYTE_ORDER_MARK.length) } : row], format);
  if (!read || 'problem' in read) throw new RefusedFile('wrong_columns', 'The first line does not name the columns.');
  return { header: readHeader(read.cells, fields, type, format), first: row.next };
}

function isTrailer(row: FramedRow, format: FileFormat): boolean {
  if (format.trailer === null || !row.raw.includes(format.trailer)) return false;
  const [read] = readCells([row], format);
  return read !== undefined && 'cells' in read && read.cells[0] === format.trailer;
}

function checkTrailer(trailer: FramedRow | undefined, rows: number, format: FileFormat): void {
  if (!trailer)
    throw new RefusedFile('wrong_trailer', `The last line must begin with ${format.trailer}, as a sign that nothing is missing.`);
  const [read] = readCells([trailer], format);
  const [, count, ...rest] = read && 'cells' in read ? read.cells : [];
  if (count !== String(rows) || rest.some((cell) => cell !== ''))
    throw new RefusedFile('wrong_trailer', `The trailer must count the rows before it and say no more: there are ${rows}.`);
}
