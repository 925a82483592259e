import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { DROP_COLUMNS, readDrop, type FileDrop } from './file-drop.js';

/** Reads a tenant's SFTP drops, without their secrets. */
@Injectable()
export class FindFileDrops {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<FileDrop> {
    const { secret: _, ...drop } = await readDrop(tx, id);
    return drop;
  }

  /** Newest first. */
  list(tx: ReadTx<TenantContext>, { before, limit }: { before?: string; limit: number }): Promise<FileDrop[]> {
    return tx.query<FileDrop>(
      `select ${DROP_COLUMNS} from file_drop where tenant_id = $1 and removed_at is null and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.ctx.tenantId, before ?? null, limit],
    );
  }
}
