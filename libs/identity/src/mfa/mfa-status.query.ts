import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';

/** What a person sees of their second factor. */
export interface MfaState {
  /** Null while none is enabled. */
  readonly confirmedAt: Date | null;
  readonly recoveryCodesLeft: number;
}

/** Finds out about a person's second factor, without its secret. */
@Injectable()
export class FindMfaStatus {
  async find(tx: ReadTx, userId: string): Promise<MfaState> {
    const [row] = await tx.query<{ confirmed_at: Date | null; left: number }>(
      `select f.confirmed_at, (select count(*)::int from mfa_recovery_code c where c.user_id = f.user_id and c.used_at is null) as left
       from mfa_factor f where f.user_id = $1`,
      [userId],
    );
    return { confirmedAt: row?.confirmed_at ?? null, recoveryCodesLeft: row?.left ?? 0 };
  }
}
