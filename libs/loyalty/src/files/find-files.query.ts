import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { FileBytes, type FileOutput } from './file-bytes.js';
import { FILE_COLUMNS, type FileRow, type FileStatus } from './file-import.js';
import type { RowType } from './file-format.policy.js';

/** Which files. */
export interface FileFilter {
  readonly type?: RowType;
  readonly status?: FileStatus;
  readonly dropId?: string;
}

/** Reads a tenant's files, and the two that go back for each. */
@Injectable()
export class FindFiles {
  constructor(private readonly bytes: FileBytes) {}

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<FileRow> {
    const [file] = await tx.query<FileRow>(`select ${FILE_COLUMNS} from file_import where tenant_id = $1 and id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!file) throw NotFound.with();
    return file;
  }

  /** Newest first. */
  list(
    tx: ReadTx<TenantContext>,
    { type, status, dropId }: FileFilter,
    { before, limit }: { before?: string; limit: number },
  ): Promise<FileRow[]> {
    return tx.query<FileRow>(
      `select ${FILE_COLUMNS} from file_import where tenant_id = $1 and ($2::text is null or type = $2) and ($3::text is null or status = $3)
         and ($4::uuid is null or drop_id = $4) and ($5::uuid is null or id < $5) order by id desc limit $6`,
      [tx.ctx.tenantId, type ?? null, status ?? null, dropId ?? null, before ?? null, limit],
    );
  }

  /** What became of the rows so far, or the rejected ones: up to the mark of the last chunk, whatever a worker is writing. Throws `not_found`. */
  async output(ctx: TenantContext, file: FileRow, which: FileOutput): Promise<Readable> {
    const stream = await this.bytes.output(ctx.tenantId, file, which);
    if (!stream) throw NotFound.with({ message: 'There is no such file yet, or it is kept no more' });
    return stream;
  }
}
