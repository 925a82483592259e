import path from 'node:path';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type SftpEntry } from '@tallystick/platform';

/** What was seen of files in a drop, by which one is known that is no longer being written. */
@Injectable()
export class DropSightings {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Whether a file was just as it is now at an earlier poll; notes how it is now. */
  isStable(ctx: TenantContext, dropId: string, remotePath: string, { size, modifiedAt }: SftpEntry): Promise<boolean> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const key = [ctx.tenantId, dropId, remotePath];
      const [seen] = await tx.query<{ size: string; modifiedAt: Date }>(
        'select size, modified_at as "modifiedAt" from file_sighting where tenant_id = $1 and drop_id = $2 and remote_path = $3',
        key,
      );
      if (seen && Number(seen.size) === size && seen.modifiedAt.getTime() === modifiedAt.getTime()) return true;
      await tx.query(
        `insert into file_sighting (tenant_id, drop_id, remote_path, size, modified_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, drop_id, remote_path) do update set size = excluded.size, modified_at = excluded.modified_at, seen_at = now()`,
        [...key, size, modifiedAt],
      );
      return false;
    });
  }

  /** Forgets the files of a folder that are not there any more: one that comes later under such a name is new. */
  async forgetOthers(ctx: TenantContext, dropId: string, folder: string, present: readonly SftpEntry[]): Promise<void> {
    await this.unitOfWork.run(ctx, (tx) =>
      tx.query(
        `delete from file_sighting where tenant_id = $1 and drop_id = $2 and starts_with(remote_path, $3) and remote_path <> all ($4::text[])`,
        [ctx.tenantId, dropId, `${folder}/`, present.map(({ name }) => path.posix.join(folder, name))],
      ),
    );
  }
}
