import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import type { TakenFile } from './file-bytes.js';
import { DEFAULT_FORMAT, FILE_TYPES, type FileFormat, type RowType } from './file-format.policy.js';
import { FILE_COLUMNS, type FileRow } from './file-import.js';
import { FileAlreadyReceived } from './files.errors.js';
import { processFiles } from './files.jobs.js';

/** A file whose bytes were taken. */
export interface NewFile extends TakenFile {
  readonly id: string;
  readonly type: RowType;
  readonly name: string;
  /** Whose format and program it has; the defaults when left out. */
  readonly dropId?: string;
  /** Where it lay, when it was dropped. */
  readonly remotePath?: string;
  readonly validateOnly?: boolean;
}

/**
 * Takes a file and asks for the work on it. The same content, or the same name of the same type, is taken once, however it comes (C10.7,
 * FIL-01); a trial run takes no place, merchants, venues and offers may come again, and settlement files are refused by who keeps them. Throws `file_already_received`, or `validation_error` for a drop that is not there.
 */
@Injectable()
export class ReceiveFile {
  async execute(tx: WriteTx<TenantContext>, file: NewFile): Promise<FileRow> {
    const { tenantId } = tx.ctx;
    const { format, programId } = await this.settings(tx, file.dropId);
    if (!file.validateOnly && (FILE_TYPES as readonly string[]).includes(file.type)) await this.refuseRepeat(tx, file);
    const [row] = await tx.query<FileRow>(
      `insert into file_import (tenant_id, id, type, name, origin, drop_id, remote_path, size, sha256, validate_only, program_id, format, status, created_by, sealed_key)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'received', $13, $14) on conflict do nothing returning ${FILE_COLUMNS}`,
      [
        tenantId,
        file.id,
        file.type,
        file.name,
        file.remotePath === undefined ? 'upload' : 'sftp',
        file.remotePath === undefined ? null : file.dropId,
        file.remotePath ?? null,
        file.received.bytes,
        file.received.sha256,
        file.validateOnly ?? false,
        programId,
        JSON.stringify(format),
        tx.ctx.actor.id,
        file.sealedKey,
      ],
    );
    if (!row) {
      // Somebody was quicker by a moment: by now their row can be seen.
      await this.refuseRepeat(tx, file);
      throw FileAlreadyReceived.with();
    }
    tx.enqueue(processFiles, {});
    return row;
  }

  private async refuseRepeat(tx: WriteTx<TenantContext>, { type, name, received: { sha256 } }: NewFile): Promise<void> {
    const [before] = await tx.query<{ id: string; sha256: string }>(
      `select id, sha256 from file_import where tenant_id = $1 and status in ('received', 'processing', 'completed') and not validate_only
         and type in ('TXN', 'CPD', 'BNS', 'CRD') and (sha256 = $2 or (type = $3 and name = $4)) order by (sha256 = $2) desc limit 1`,
      [tx.ctx.tenantId, sha256, type, name],
    );
    if (!before) return;
    const same =
      before.sha256 === sha256 ? 'The same content was received before.' : 'Another file of this type and name was received before.';
    throw FileAlreadyReceived.with({ errors: { file: [same], file_id: before.id } });
  }

  private async settings(
    tx: WriteTx<TenantContext>,
    dropId: string | undefined,
  ): Promise<{ format: FileFormat; programId: string | null }> {
    if (dropId === undefined) return { format: DEFAULT_FORMAT, programId: null };
    const [drop] = await tx.query<{ format: FileFormat; programId: string | null }>(
      'select format, program_id as "programId" from file_drop where tenant_id = $1 and id = $2 and removed_at is null',
      [tx.ctx.tenantId, dropId],
    );
    if (!drop) throw ValidationFailed.with({ errors: { file_drop_id: ['No such file drop.'] } });
    return drop;
  }
}
