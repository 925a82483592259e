import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { RefusalCode } from './file-header.policy.js';
import { DROP_TYPES, type DropType } from './file-format.policy.js';

/** A file in a drop that is not taken. */
export interface RefusedDropFile {
  readonly id: string;
  readonly type: DropType;
  readonly name: string;
  readonly dropId: string;
  readonly remotePath: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly code: RefusalCode;
  readonly reason: string;
}

/** Keeps a record of files in a drop that are not worked off, and why. */
@Injectable()
export class RecordRefused {
  async execute(tx: WriteTx<TenantContext>, file: RefusedDropFile): Promise<void> {
    await tx.query(
      `insert into file_import (tenant_id, id, type, name, origin, drop_id, remote_path, size, sha256, format, status, code, reason, created_by, finished_at)
       values ($1, $2, $3, $4, 'sftp', $5, $6, $7, $8, '{}', 'refused', $9, $10, $11, now())`,
      [
        tx.ctx.tenantId,
        file.id,
        file.type,
        file.name,
        file.dropId,
        file.remotePath,
        file.size,
        file.sha256,
        file.code,
        file.reason,
        tx.ctx.actor.id,
      ],
    );
  }

  /** A file that lies in a folder without a meaning: noted once. */
  async ignore(tx: WriteTx<TenantContext>, file: Pick<RefusedDropFile, 'name' | 'dropId' | 'remotePath' | 'size'>): Promise<void> {
    await tx.query(
      `insert into file_import (tenant_id, id, name, origin, drop_id, remote_path, size, format, status, code, reason, created_by, finished_at)
       values ($1, $2, $3, 'sftp', $4, $5, $6, '{}', 'ignored', 'wrong_folder', $7, $8, now()) on conflict do nothing`,
      [
        tx.ctx.tenantId,
        newId(),
        file.name,
        file.dropId,
        file.remotePath,
        file.size,
        `Only files in ${DROP_TYPES.map((type) => `upload/${type}`).join(', ')} are worked off.`,
        tx.ctx.actor.id,
      ],
    );
  }
}
