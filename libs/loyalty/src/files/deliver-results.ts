import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type ReadTx, type SftpSession } from '@tallystick/platform';
import type { FileDrop } from './file-drop.js';
import { FILE_COLUMNS, pointsOf, type CountedFile, type FileRow } from './file-import.js';
import { FindFiles } from './find-files.query.js';
import { resultPath } from './remote-places.js';

const FILES_AT_ONCE = 100;

/** Brings what became of files back to the drop that they came by: each row, the rejected ones, and last the counts. */
@Injectable()
export class DeliverResults {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findFiles: FindFiles,
  ) {}

  /** The same again replaces what lies there, so that a delivery that was cut off is made good. @throws SftpFailure */
  async run(ctx: TenantContext, { id: dropId, baseFolder }: FileDrop, session: SftpSession): Promise<void> {
    for (const file of await this.unitOfWork.read(ctx, (tx) => this.waiting(tx, dropId))) {
      const at = (ending: string): string => resultPath(baseFolder, file.type, `${file.name}.${ending}`);
      if (Number(file.resultBytes) > 0) await session.upload(at('result.csv'), await this.findFiles.output(ctx, file, 'result'));
      if (file.rejected > 0) await session.upload(at('rejected.csv'), await this.findFiles.output(ctx, file, 'rejected'));
      await session.upload(
        at(file.status === 'refused' ? 'refused.json' : 'summary.json'),
        `${JSON.stringify(summaryOf(file), null, 2)}\n`,
      );
      await this.unitOfWork.run(ctx, (tx) =>
        tx.query('update file_import set delivered_at = now() where tenant_id = $1 and id = $2', [ctx.tenantId, file.id]),
      );
    }
  }

  private waiting(tx: ReadTx<TenantContext>, dropId: string): Promise<CountedFile[]> {
    return tx.query<CountedFile>(
      `select ${FILE_COLUMNS} from file_import where tenant_id = $1 and drop_id = $2 and delivered_at is null and removed_at is null
         and status in ('completed', 'refused', 'cancelled') order by id limit $3`,
      [tx.ctx.tenantId, dropId, FILES_AT_ONCE],
    );
  }
}

const summaryOf = (file: FileRow): object => ({
  file_id: file.id,
  name: file.name,
  type: file.type,
  status: file.status,
  code: file.code,
  reason: file.reason,
  rows: file.rowsDone,
  accepted: file.accepted,
  duplicates: file.duplicates,
  rejected: file.rejected,
  points: pointsOf(file),
});
