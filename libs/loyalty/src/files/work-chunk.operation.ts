import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { readCells, type RowCells } from './cells.policy.js';
import { FileBytes, type FileOutput } from './file-bytes.js';
import { FILE_COLUMNS, type CountedFile, type FileRow } from './file-import.js';
import { rejectedHead, rejectedLines, resultHead, resultLines, type OutputShape, type WorkedRow } from './file-outputs.js';
import { FileProcessed } from './files.events.js';
import { pollFileDrop } from './files.jobs.js';
import type { FramedRow } from './frame-rows.js';
import { followed, rejectedRow, type FieldCells, type Reading, type RowKind, type RowVerdict } from './row-kind.js';
import { BadCell } from './values.policy.js';

/** Rows of a file that are worked off together. */
export interface Chunk {
  /** As it stood before these rows. */
  readonly file: CountedFile;
  readonly kind: RowKind;
  readonly reading: Reading;
  readonly shape: OutputShape;
  readonly rows: readonly FramedRow[];
}

/**
 * Does what rows of a file say and moves the mark in the same transaction: a worker that is killed at any moment goes on after the last row
 * that counted (FIL-02). What is written to the two files that go back is cut off at the same mark before it is written again.
 */
@Injectable()
export class WorkChunk {
  constructor(private readonly bytes: FileBytes) {}

  /** Answers the file as it stands then; undefined when another worker has gone on with it, or it was stopped. */
  async execute(tx: WriteTx<TenantContext>, chunk: Chunk): Promise<FileRow | undefined> {
    const { file, shape, rows } = chunk;
    const [current] = await tx.query<FileRow>(`select ${FILE_COLUMNS} from file_import where tenant_id = $1 and id = $2 for update`, [
      tx.ctx.tenantId,
      file.id,
    ]);
    if (current?.status !== 'processing' || current.byteOffset !== file.byteOffset) return undefined;
    const worked = await this.work(tx, chunk);
    const write = (which: FileOutput, before: string, head: string, text: string): Promise<number> =>
      this.bytes.extend(tx.ctx.tenantId, current, which, Number(before), before === '0' ? head + text : text);
    const [resultBytes, rejectedBytes] = [
      await write('result', current.resultBytes, resultHead(shape), resultLines(worked, shape)),
      await write('rejected', current.rejectedBytes, rejectedHead(shape), rejectedLines(worked, shape)),
    ];
    const count = (status: RowVerdict['status']): number => worked.filter(({ verdict }) => verdict.status === status).length;
    const last = file.rowsDone + rows.length >= file.rowsTotal;
    const { next } = rows.at(-1) ?? { next: { offset: Number(file.byteOffset), line: file.line } };
    const [after] = await tx.query<FileRow>(
      `update file_import set rows_done = rows_done + $3, accepted = accepted + $4, duplicates = duplicates + $5, rejected = rejected + $6,
         points = points + $7, byte_offset = $8, line = $9, result_bytes = $10, rejected_bytes = $11,
         status = case when $12 then 'completed' else status end, finished_at = case when $12 then now() end
       where tenant_id = $1 and id = $2 returning ${FILE_COLUMNS}`,
      [
        tx.ctx.tenantId,
        file.id,
        rows.length,
        count('accepted'),
        count('duplicate'),
        count('rejected'),
        worked.reduce((sum, { verdict }) => sum + verdict.units, 0n),
        next.offset,
        next.line,
        resultBytes,
        rejectedBytes,
        last,
      ],
    );
    await followed(
      tx,
      chunk.kind,
      after!,
      worked.map(({ row: { line }, verdict }) => ({ line, verdict })),
    );
    if (last) finished(tx, after as CountedFile);
    return after;
  }

  private async work(tx: WriteTx<TenantContext>, { file, kind, reading, shape, rows }: Chunk): Promise<WorkedRow[]> {
    const read = readCells(rows, reading.format).map((cells, index) => readRow(cells, rows[index]!.line, kind, reading, shape));
    const good = read.flatMap((row) => ('row' in row ? [row.row] : []));
    const post = (): Promise<RowVerdict[]> => kind.post(tx, good, reading);
    const verdicts = file.validateOnly ? await rehearse(tx, post) : await post();
    let next = 0;
    return rows.map((row, index) => {
      const { cells, ...rest } = read[index]!;
      return { row, cells, verdict: 'row' in rest ? verdicts[next++]! : rest.verdict };
    });
  }
}

type ReadRow = { readonly cells: RowCells } & ({ readonly row: unknown } | { readonly verdict: RowVerdict });

function readRow(cells: RowCells, line: number, kind: RowKind, reading: Reading, { header }: OutputShape): ReadRow {
  if ('problem' in cells) return { cells, verdict: rejectedRow(null, ValidationFailed.code, cells.problem) };
  const { names, fields } = header;
  if (cells.cells.length !== names.length) {
    const reason = `The row has ${cells.cells.length} cells, and the first line names ${names.length}.`;
    return { cells, verdict: rejectedRow(null, ValidationFailed.code, reason) };
  }
  const byField = new Map(fields.map((field, index) => [field, cells.cells[index]!]));
  const cellOf: FieldCells = (field) => byField.get(field) ?? '';
  try {
    return { cells, row: kind.read(cellOf, reading, line) };
  } catch (error) {
    if (!(error instanceof BadCell)) throw error;
    return { cells, verdict: rejectedRow(kind.keyOf(cellOf).slice(0, 200) || null, ValidationFailed.code, error.message, error.field) };
  }
}

/** What would become of rows, with nothing of it done. */
async function rehearse(tx: WriteTx<TenantContext>, post: () => Promise<RowVerdict[]>): Promise<RowVerdict[]> {
  const curtain = InvalidState.with({ message: 'The rehearsal is over' });
  let verdicts: RowVerdict[] = [];
  const result = await tx.attempt(async () => {
    verdicts = await post();
    throw curtain;
  });
  if (result !== curtain) throw result;
  return verdicts.map((verdict) => ({ ...verdict, transactionId: verdict.status === 'accepted' ? null : verdict.transactionId }));
}

/** Tells that a file needs no more work, and has its results brought back to where it came from. */
export function finished(tx: WriteTx<TenantContext>, file: FileRow): void {
  if (!file.validateOnly) {
    tx.emit(FileProcessed, {
      file_id: file.id,
      name: file.name,
      type: file.type!,
      status: file.status === 'refused' ? 'refused' : 'completed',
      code: file.code,
      rows: file.rowsDone,
      accepted: file.accepted,
      duplicates: file.duplicates,
      rejected: file.rejected,
    });
  }
  if (file.dropId !== null) tx.enqueue(pollFileDrop, { drop_id: file.dropId });
}
