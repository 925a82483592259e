import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { FileBytes } from './file-bytes.js';
import { FILE_COLUMNS, type FileRow } from './file-import.js';
import { FileCancelled } from './files.acts.js';
import { pollFileDrop } from './files.jobs.js';
import { followed } from './row-kind.js';
import { RowKinds } from './row-kinds.js';

/** Stops the work on a file. The rows that were counted stay counted. */
@Injectable()
export class CancelFile {
  constructor(
    private readonly bytes: FileBytes,
    private readonly kinds: RowKinds,
  ) {}

  /** Throws `not_found`, or `invalid_state` when there is nothing left to stop. */
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<FileRow> {
    const [file] = await tx.query<FileRow>(`select ${FILE_COLUMNS} from file_import where tenant_id = $1 and id = $2 for update`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!file) throw NotFound.with();
    if (file.status !== 'received' && file.status !== 'processing')
      throw InvalidState.with({ errors: { status: [`The file is ${file.status}.`] } });
    const [after] = await tx.query<FileRow>(
      `update file_import set status = 'cancelled', finished_at = now() where tenant_id = $1 and id = $2 returning ${FILE_COLUMNS}`,
      [tx.ctx.tenantId, id],
    );
    tx.audit(FileCancelled, {
      target: { type: 'file', id },
      after: { name: file.name, rows_done: file.rowsDone, rows_total: file.rowsTotal },
    });
    await followed(tx, this.kinds.of(file.type!), after!, []);
    if (file.dropId !== null) tx.enqueue(pollFileDrop, { drop_id: file.dropId });
    return after!;
  }

  /** Removes the bytes of a file that was stopped; called once the stop is sure. */
  forget(ctx: TenantContext, id: string): Promise<void> {
    return this.bytes.removeInput(ctx.tenantId, id);
  }
}
