import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { forgetAnswers, Keyring, UnitOfWork, type AnswerPlace, type WriteTx } from '@tallystick/platform';
import { FileBytes } from '../files/file-bytes.js';
import { FILE_TYPES } from '../files/file-format.policy.js';
import { FILE_COLUMNS, type FileRow } from '../files/file-import.js';
import type { ForgetOrder } from './members.jobs.js';

/** What named somebody: to be looked for, and forgotten with the job. */
export interface FormerNames {
  readonly ids: readonly string[];
  readonly references: readonly string[];
  /** No answer from before can name them: as a date, for it lies in JSON. */
  readonly since: string;
}

const aad = (tenantId: string, memberId: string): string => `forget-erased/${tenantId}/${memberId}`;

/** An order that names nobody to who reads it. */
export const orderToForget = (keyring: Keyring, tenantId: string, memberId: string, names: FormerNames): ForgetOrder => ({
  member_id: memberId,
  sealed: keyring.encrypt(JSON.stringify(names), aad(tenantId, memberId)),
});

/**
 * Goes through what may name somebody who was erased and is too much for the request that erased them: the answers kept under idempotency
 * keys, and the files that are kept for those who sent them (C9.2, C9.3). Each step finds its own work done, and counts for the receipt.
 */
@Injectable()
export class ForgetErased {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly bytes: FileBytes,
  ) {}

  async run(ctx: TenantContext, { member_id: memberId, sealed }: ForgetOrder): Promise<void> {
    const names = JSON.parse(this.keyring.decrypt(sealed, aad(ctx.tenantId, memberId)).toString('utf8')) as FormerNames;
    await this.answers(ctx, memberId, names);
    await this.files(ctx, memberId, new Set(names.references));
  }

  private async answers(ctx: TenantContext, memberId: string, { ids, references, since }: FormerNames): Promise<void> {
    const wanted = { names: [...ids, ...references], since: new Date(since) };
    let after: AnswerPlace | undefined;
    do {
      after = await this.unitOfWork.run(ctx, async (tx) => {
        const { forgotten, next } = await forgetAnswers(tx, this.keyring, { ...wanted, ...(after && { after }) });
        await destroyed(tx, memberId, 'kept_answers', forgotten);
        return next;
      });
    } while (after);
  }

  /** A file that is still worked off waits meanwhile; what it says of the erased from then on names nobody. */
  private async files(ctx: TenantContext, memberId: string, references: ReadonlySet<string>): Promise<void> {
    const kept = await this.unitOfWork.read(ctx, (tx) =>
      tx.query<{ id: string }>(
        `select id from file_import where tenant_id = $1 and type = any($2::text[]) and result_bytes > 0 and removed_at is null order by id`,
        [ctx.tenantId, FILE_TYPES],
      ),
    );
    for (const { id } of kept)
      await this.unitOfWork.run(ctx, async (tx) => {
        const [file] = await tx.query<FileRow>(
          `select ${FILE_COLUMNS} from file_import where tenant_id = $1 and id = $2 and removed_at is null for update`,
          [ctx.tenantId, id],
        );
        if (file) await this.forgetIn(tx, file, references);
        await destroyed(tx, memberId, 'files_gone_through', file ? 1 : 0);
      });
  }

  /** One from before files were sealed is not searched: it goes as a whole, unless it is still worked off. */
  private async forgetIn(tx: WriteTx<TenantContext>, file: FileRow, references: ReadonlySet<string>): Promise<void> {
    const { tenantId } = tx.ctx;
    if (file.sealedKey !== null) return this.bytes.blackOut(tenantId, file, references);
    if (file.status === 'processing') return;
    await tx.query('update file_import set removed_at = now() where tenant_id = $1 and id = $2', [tenantId, file.id]);
    await this.bytes.remove(tenantId, file.id);
  }
}

/** Adds to what the receipt says. */
async function destroyed(tx: WriteTx<TenantContext>, memberId: string, what: string, count: number): Promise<void> {
  await tx.query(
    `update member_erasure set destroyed = destroyed || jsonb_build_object($3::text, coalesce((destroyed ->> $3)::int, 0) + $4::int)
     where tenant_id = $1 and member_id = $2 and status = 'erased'`,
    [tx.ctx.tenantId, memberId, what, count],
  );
}
