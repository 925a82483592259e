import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { FileBytes } from './file-bytes.js';
import { KEPT_DAYS } from './file-import.js';

/**
 * Removes what files left behind after 30 days: they may have personal data in them (FIL-05). The record of the file stays,
 * without the key: a copy of the bytes does not open any more.
 */
@Injectable()
export class RemoveOldFiles {
  constructor(private readonly bytes: FileBytes) {}

  /** Answers how many files it dealt with. */
  async execute(tx: WriteTx<TenantContext>, limit: number): Promise<number> {
    const { tenantId } = tx.ctx;
    const old = await tx.query<{ id: string }>(
      `update file_import set removed_at = now(), sealed_key = null where tenant_id = $1 and id in
         (select id from file_import where tenant_id = $1 and finished_at < now() - $2 * interval '1 day' and removed_at is null
          order by finished_at limit $3 for update skip locked)
       returning id`,
      [tenantId, KEPT_DAYS, limit],
    );
    // Before the commit: one that is taken back finds nothing to remove the next time.
    for (const { id } of old) await this.bytes.remove(tenantId, id);
    return old.length;
  }
}
