import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import type { CashUserType } from './cash-config.js';
import { CashUserTypeSet } from './cash.acts.js';

/** What kind of user a member is for redemption to money: said by the tenant, never by a request that redeems. */
@Injectable()
export class CashUsers {
  /** A customer, unless the tenant said otherwise. */
  async typeOf(tx: ReadTx<TenantContext>, memberId: string): Promise<CashUserType> {
    const [row] = await tx.query<{ user_type: CashUserType }>('select user_type from cash_user where tenant_id = $1 and member_id = $2', [
      tx.ctx.tenantId,
      memberId,
    ]);
    return row?.user_type ?? 'customer';
  }

  /** Throws `not_found` for an unknown member. */
  async set(tx: WriteTx<TenantContext>, memberId: string, userType: CashUserType): Promise<void> {
    const member = await tx.query('select from member where tenant_id = $1 and id = $2', [tx.ctx.tenantId, memberId]);
    if (member.length === 0) throw NotFound.with();
    const before = await this.typeOf(tx, memberId);
    await tx.query(
      `insert into cash_user (tenant_id, member_id, user_type) values ($1, $2, $3)
       on conflict (tenant_id, member_id) do update set user_type = excluded.user_type`,
      [tx.ctx.tenantId, memberId, userType],
    );
    tx.audit(CashUserTypeSet, { target: { type: 'member', id: memberId }, before: { user_type: before }, after: { user_type: userType } });
  }
}
