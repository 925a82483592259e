import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Where what is personal of a member lies; the key last, which would open the rest. */
const TABLES = ['member_profile', 'member_attribute', 'member_relation', 'member_credential', 'cash_user', 'member_key'] as const;

/** Takes away all that is known of a person, and the key that opens it, wherever it may have been copied to. */
@Injectable()
export class ForgetMember {
  /** Answers how many rows of which table were taken away. */
  async execute(tx: WriteTx<TenantContext>, memberId: string): Promise<Record<string, number>> {
    const { tenantId } = tx.ctx;
    const gone: Record<string, number> = {};
    for (const table of TABLES) {
      const rows = await tx.query(`delete from ${table} where tenant_id = $1 and member_id = $2 returning 1`, [tenantId, memberId]);
      gone[table] = rows.length;
    }
    await tx.query('delete from segment_member where tenant_id = $1 and member_id = $2', [tenantId, memberId]);
    await tx.query(`delete from passcode_challenge where purpose in ('member_login', 'member_otp') and (subject = $1 or subject like $2)`, [
      `member/${tenantId}/${memberId}`,
      `member/${tenantId}/${memberId}/%`,
    ]);
    return gone;
  }
}
