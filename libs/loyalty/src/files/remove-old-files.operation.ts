import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FileStore, type WriteTx } from '@tallystick/platform';
import { filePlace, inputName, KEPT_DAYS, rejectedName, resultName } from './file-import.js';

/** Removes what files left behind after 30 days: they may have personal data in them (FIL-05). The record of the file stays. */
@Injectable()
export class RemoveOldFiles {
  constructor(private readonly store: FileStore) {}

  /** Answers how many files it dealt with. */
  async execute(tx: WriteTx<TenantContext>, limit: number): Promise<number> {
    const { tenantId } = tx.ctx;
    const old = await tx.query<{ id: string }>(
      `update file_import set removed_at = now() where tenant_id = $1 and id in
         (select id from file_import where tenant_id = $1 and finished_at < now() - $2 * interval '1 day' and removed_at is null
          order by finished_at limit $3 for update skip locked)
       returning id`,
      [tenantId, KEPT_DAYS, limit],
    );
    // Before the commit: one that is taken back finds nothing to remove the next time.
    for (const { id } of old)
      for (const name of [inputName(id), resultName(id), rejectedName(id)]) await this.store.remove(filePlace(tenantId), name);
    return old.length;
  }
}
