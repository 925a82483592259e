import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';

export type DeletionStatus = 'scheduled' | 'cancelled' | 'completed';

/** A person's wish to have their account deleted, and what became of it. */
export interface AccountDeletion {
  readonly id: string;
  readonly userId: string;
  readonly status: DeletionStatus;
  readonly requestedAt: Date;
  readonly scheduledFor: Date;
  readonly cancelledAt: Date | null;
  readonly completedAt: Date | null;
  /** What was erased, once it was. */
  readonly erased: readonly string[] | null;
}

const COLUMNS = `d.id, d.user_id as "userId", d.status, d.requested_at as "requestedAt", d.scheduled_for as "scheduledFor",
  d.cancelled_at as "cancelledAt", d.completed_at as "completedAt", d.erased`;

/** Finds what people asked for. */
@Injectable()
export class FindAccountDeletions {
  /** The last request of a person. */
  async lastOf(tx: ReadTx, userId: string): Promise<AccountDeletion | undefined> {
    const [row] = await tx.query<AccountDeletion>(
      `select ${COLUMNS} from account_deletion d where d.user_id = $1 order by d.requested_at desc, d.id desc limit 1`,
      [userId],
    );
    return row;
  }

  async byId(tx: ReadTx, id: string): Promise<AccountDeletion | undefined> {
    const [row] = await tx.query<AccountDeletion>(`select ${COLUMNS} from account_deletion d where d.id = $1`, [id]);
    return row;
  }

  /** Those whose time has come, in the order of asking, at most `limit` after the one of id `after`: some that stay due hide no others. */
  due(tx: ReadTx, limit: number, after?: string): Promise<AccountDeletion[]> {
    return tx.query<AccountDeletion>(
      `select ${COLUMNS} from account_deletion d where d.status = 'scheduled' and d.scheduled_for <= now()
         and ($2::uuid is null or d.id > $2) order by d.id limit $1`,
      [limit, after ?? null],
    );
  }
}
