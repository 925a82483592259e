import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { readCashRedemption, type CashRedemption, type CashRedemptionRow } from './cash-redemption.js';
import type { CycleUse } from './cash-worth.policy.js';

/** The member `$2`, and those who were merged into them. */
const WITH_MERGED = 'array[$2::uuid] || array(select m.id from member m where m.tenant_id = $1 and m.merged_into = $2::uuid)';

/** Reads what was redeemed to money. */
@Injectable()
export class CashRedemptions {
  /** The redemption under a natural key, if there is one. */
  async byReference(tx: ReadTx<TenantContext>, key: string): Promise<CashRedemption | undefined> {
    const [row] = await tx.query<CashRedemptionRow>(
      `select r.* from ledger_transaction t join cash_redemption r on r.tenant_id = t.tenant_id and r.transaction_id = t.id
       where t.tenant_id = $1 and t.reference = $2`,
      [tx.ctx.tenantId, key],
    );
    return row && readCashRedemption(row);
  }

  /** A member's redemptions to a currency, newest first. */
  async list(
    tx: ReadTx<TenantContext>,
    {
      memberId,
      currency,
      limit,
      offset,
      oldestFirst = false,
    }: { memberId: string; currency: string; limit: number; offset: number; oldestFirst?: boolean },
  ): Promise<CashRedemption[]> {
    const rows = await tx.query<CashRedemptionRow>(
      `select * from cash_redemption where tenant_id = $1 and member_id = any(${WITH_MERGED}) and currency = $3 order by number ${oldestFirst ? 'asc' : 'desc'} limit $4 offset $5`,
      [tx.ctx.tenantId, memberId, currency, limit, offset],
    );
    return rows.map(readCashRedemption);
  }

  /** What a member has redeemed under a configuration since `from`; what was reversed does not count (C2.7). */
  async usedSince(tx: ReadTx<TenantContext>, memberId: string, configId: string, from: Date): Promise<CycleUse> {
    const [row] = await tx.query<{ points: string; redemptions: string }>(
      `select coalesce(sum(r.points), 0) as points, count(*) as redemptions from cash_redemption r
       where r.tenant_id = $1 and r.member_id = any(${WITH_MERGED}) and r.config_id = $3 and r.redeemed_at >= $4 and not exists (
         select from ledger_transaction v where v.tenant_id = r.tenant_id and v.ref_id = r.transaction_id and v.once = 'reversal')`,
      [tx.ctx.tenantId, memberId, configId, from],
    );
    return { points: BigInt(row!.points), redemptions: Number(row!.redemptions) };
  }
}
