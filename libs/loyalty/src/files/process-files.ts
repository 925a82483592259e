import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type ReadTx, type WriteTx } from '@tallystick/platform';
import { DELIMITERS } from './file-format.policy.js';
import { RefusedFile } from './file-header.policy.js';
import { FileBytes } from './file-bytes.js';
import { FILE_COLUMNS, type CountedFile, type FileRow } from './file-import.js';
import { processFiles } from './files.jobs.js';
import { frameRows, type FramedRow } from './frame-rows.js';
import { inspectFile, readFirstRow } from './inspect-file.js';
import { followed, type Reading, type RowKind } from './row-kind.js';
import { RowKinds } from './row-kinds.js';
import { finished, WorkChunk } from './work-chunk.operation.js';

/** How long one turn of a tenant is, in milliseconds: then others have theirs. */
const TURN_MS = 8_000;
/** Bytes of rows that are held at most. */
const CHUNK_BYTES = 4 * 1024 * 1024;

interface Settings {
  readonly zone: string;
  /** Decimals of the program's points; null when there is no such program. */
  readonly scale: number | null;
}

/** Works off the files of a tenant, the oldest first, in chunks that each are one transaction. */
@Injectable()
export class ProcessFiles {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bytes: FileBytes,
    private readonly kinds: RowKinds,
    private readonly workChunk: WorkChunk,
  ) {}

  /** One turn. What is left when it is over is asked for anew, behind the work of others. */
  async run(ctx: TenantContext, turnMs = TURN_MS): Promise<void> {
    const end = Date.now() + turnMs;
    for (;;) {
      const file = await this.unitOfWork.read(ctx, (tx) => this.oldest(tx));
      if (!file) return;
      const goesOn = file.status === 'received' ? await this.begin(ctx, file) : await this.goOn(ctx, file as CountedFile, end);
      if (!goesOn) return;
      if (Date.now() >= end) return this.unitOfWork.run(ctx, async (tx) => tx.enqueue(processFiles, {}));
    }
  }

  private async oldest(tx: ReadTx<TenantContext>): Promise<FileRow | undefined> {
    const [file] = await tx.query<FileRow>(
      `select ${FILE_COLUMNS} from file_import where tenant_id = $1 and status in ('received', 'processing') order by id limit 1`,
      [tx.ctx.tenantId],
    );
    return file;
  }

  /** Goes through the file once and counts its rows, or refuses it. */
  private async begin(ctx: TenantContext, file: FileRow): Promise<boolean> {
    const kind = this.kinds.of(file.type!);
    try {
      const fields = await this.unitOfWork.read(ctx, (tx) => kind.fields(tx));
      const { scale } = await this.unitOfWork.read(ctx, (tx) => this.settings(tx, file));
      if (scale === null && !kind.pointless)
        throw new RefusedFile('no_program', 'There is no such program: the tenant has no default program yet.');
      const { first, rows } = await inspectFile(await this.bytes.input(ctx.tenantId, file), kind.type, fields, file.format);
      await this.unitOfWork.run(ctx, (tx) => this.count(tx, kind, file, { ...first, rows, scale: scale ?? 0 }));
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      await this.unitOfWork.run(ctx, (tx) => this.refuse(tx, kind, file, error));
      await this.bytes.removeInput(ctx.tenantId, file.id);
    }
    return true;
  }

  private async count(
    tx: WriteTx<TenantContext>,
    kind: RowKind,
    { id }: FileRow,
    { offset, line, rows, scale }: { offset: number; line: number; rows: number; scale: number },
  ): Promise<void> {
    const [counted] = await tx.query<FileRow>(
      `update file_import set status = 'processing', started_at = now(), rows_total = $3, byte_offset = $4, line = $5, scale = $6
       where tenant_id = $1 and id = $2 and status = 'received' returning ${FILE_COLUMNS}`,
      [tx.ctx.tenantId, id, rows, offset, line, scale],
    );
    if (counted) await followed(tx, kind, counted, []);
  }

  private async refuse(tx: WriteTx<TenantContext>, kind: RowKind, { id }: FileRow, { code, message }: RefusedFile): Promise<void> {
    const [refused] = await tx.query<FileRow>(
      `update file_import set status = 'refused', code = $3, reason = $4, finished_at = now()
       where tenant_id = $1 and id = $2 and status = 'received' returning ${FILE_COLUMNS}`,
      [tx.ctx.tenantId, id, code, message],
    );
    if (!refused) return;
    await followed(tx, kind, refused, []);
    finished(tx, refused);
  }

  /** Works chunks off until the file or the turn ends. Answers whether there may be more to do for this worker. */
  private async goOn(ctx: TenantContext, file: CountedFile, end: number): Promise<boolean> {
    const kind = this.kinds.of(file.type);
    const fields = await this.unitOfWork.read(ctx, (tx) => kind.fields(tx));
    const { zone } = await this.unitOfWork.read(ctx, (tx) => this.settings(tx, file));
    const { header } = await readFirstRow(await this.bytes.input(ctx.tenantId, file), kind.type, fields, file.format);
    const reading: Reading = { fileId: file.id, programId: file.programId ?? undefined, format: file.format, fields, zone };
    const shape = { format: file.format, type: file.type, header, scale: file.scale ?? 0 };
    const from = { offset: Number(file.byteOffset), line: file.line };
    const rows = frameRows(await this.bytes.input(ctx.tenantId, file, from.offset), DELIMITERS[file.format.delimiter], from);
    let standing = file;
    for await (const chunk of chunksOf(rows, kind, file.rowsTotal - file.rowsDone)) {
      const after = await this.unitOfWork.run(ctx, (tx) =>
        this.workChunk.execute(tx, { file: standing, kind, reading, shape, rows: chunk }),
      );
      if (!after) return false;
      standing = after as CountedFile;
      if (standing.status !== 'processing') await this.bytes.removeInput(ctx.tenantId, file.id);
      else if (Date.now() >= end) break;
    }
    return true;
  }

  private async settings(tx: ReadTx<TenantContext>, { programId }: FileRow): Promise<Settings> {
    const [row] = await tx.query<Settings>(
      `select t.timezone as zone, p.scale from tenant t
       left join program p on p.tenant_id = t.id and (p.id = $2 or ($2::uuid is null and p.is_default)) where t.id = $1`,
      [tx.ctx.tenantId, programId],
    );
    return row!;
  }
}

/** The next rows of a file, as many as are worked off together; of a file without rows one empty list, which ends it. */
async function* chunksOf(rows: AsyncIterable<FramedRow>, { chunk }: RowKind, most: number): AsyncGenerator<FramedRow[]> {
  if (most === 0) return yield [];
  let [held, bytes, left] = [[] as FramedRow[], 0, most];
  for await (const row of rows) {
    held.push(row);
    bytes += row.raw.length;
    left--;
    if (held.length >= chunk || bytes >= CHUNK_BYTES || left === 0) {
      yield held;
      [held, bytes] = [[], 0];
    }
    if (left === 0) return;
  }
}
