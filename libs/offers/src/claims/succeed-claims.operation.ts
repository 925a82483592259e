import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Successions, type Succession } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { showClaim, type ClaimRow } from './claim.js';
import { ClaimResolved, claimTold } from './claims.events.js';

/**
 * Lets claims go along when members are merged. Where both describe the same purchase, one that nobody has seen yet, the earlier stays open
 * and the others are taken back.
 */
@Injectable()
export class SucceedClaims implements Succession, OnModuleInit {
  readonly name = 'claims';

  constructor(private readonly successions: Successions) {}

  onModuleInit(): void {
    this.successions.register(this);
  }

  async succeed(tx: WriteTx<TenantContext>, memberId: string): Promise<void> {
    await lockCashback(tx);
    const withdrawn = await tx.query<ClaimRow>(
      `with people as (select id from member where tenant_id = $1 and (id = $2 or merged_into = $2)),
       open as materialized (select id from claim where tenant_id = $1 and member_id in (select id from people) and status = 'open'
         and transaction_id is null order by id for update),
       same as (select c.id, row_number() over (partition by c.currency, c.amount, c.occurred_at order by c.id) as place
         from open join claim c on c.tenant_id = $1 and c.id = open.id)
       update claim c set status = 'withdrawn', resolved_at = tenant_now() from same
       where c.tenant_id = $1 and c.id = same.id and same.place > 1 returning c.*`,
      [tx.ctx.tenantId, memberId],
    );
    const moved = await tx.query<{ id: string }>(
      `update claim set member_id = $2 where tenant_id = $1 and member_id in (select id from member where tenant_id = $1 and merged_into = $2)
       returning id`,
      [tx.ctx.tenantId, memberId],
    );
    const ids = new Set(moved.map(({ id }) => id));
    for (const row of withdrawn) tx.emit(ClaimResolved, claimTold(showClaim(ids.has(row.id) ? { ...row, member_id: memberId } : row)));
  }
}
