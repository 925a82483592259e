import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** What an account holds at a moment, in the asset's smallest unit. */
export interface AccountBalance {
  readonly accountId: string;
  readonly assetId: string;
  readonly ownerId: string;
  /** Sum of all entries. */
  readonly posted: bigint;
  /** What can be debited: live lots less what holds cover (C1.2), and less what is owed. */
  readonly available: bigint;
  readonly held: bigint;
  /** In lots that are not available yet. */
  readonly pending: bigint;
  /** Owed for claw-backs that found too little; what becomes available pays it first (C3.4). */
  readonly owed: bigint;
  readonly asOf: Date;
}

interface BalanceRow {
  id: string;
  asset_id: string;
  owner_id: string;
  posted: string;
  available: string;
  held: string;
  pending: string;
  owed: string;
  as_of: Date;
}

const read = (row: BalanceRow): AccountBalance => ({
  accountId: row.id,
  assetId: row.asset_id,
  ownerId: row.owner_id,
  posted: BigInt(row.posted),
  available: BigInt(row.available),
  held: BigInt(row.held),
  pending: BigInt(row.pending),
  owed: BigInt(row.owed),
  asOf: row.as_of,
});

/** Balances of accounts, now or at any moment of the past. */
@Injectable()
export class AccountBalances {
  /** The present balances of accounts; unknown ids are left out. */
  async now(tx: ReadTx<TenantContext>, accountIds: readonly string[]): Promise<AccountBalance[]> {
    if (accountIds.length === 0) return [];
    const rows = await tx.query<BalanceRow>(
      `select a.id, a.asset_id, a.owner_id, a.posted, a.held, moment.now as as_of,
         case when a.lotted then greatest(coalesce(l.available, 0) + coalesce(d.posted, 0), 0) else a.posted - a.held end as available,
         coalesce(l.pending, 0) as pending, coalesce(-d.posted, 0) as owed
       from (select tenant_now() as now) moment
       join ledger_account a on a.tenant_id = $1 and a.id = any($2::uuid[])
       left join ledger_account d on d.tenant_id = $1 and d.id = a.debt_id
       left join lateral (
         select sum(o.remaining - o.held) filter (where o.available_at <= moment.now and (o.expires_at is null or o.expires_at > moment.now)) as available,
           sum(o.remaining) filter (where o.available_at > moment.now) as pending
         from ledger_lot o where o.tenant_id = $1 and o.account_id = a.id and o.open
       ) l on a.lotted`,
      [tx.ctx.tenantId, accountIds],
    );
    return rows.map(read);
  }

  /**
   * The balance of an account as it was at `moment`, from its history alone: entries by index, lots by their recorded uses.
   * Null when the account did not exist then.
   */
  async asOf(tx: ReadTx<TenantContext>, accountId: string, moment: Date): Promise<AccountBalance | null> {
    const rows = await tx.query<BalanceRow>(
      `with lots as (
         select l.available_at, case when l.slides then coalesce(
             (select max(d.expires_after) from ledger_lot_date d where d.tenant_id = $1 and d.lot_id = l.id and d.recorded_at <= $3),
             (select min(d.expires_before) from ledger_lot_date d where d.tenant_id = $1 and d.lot_id = l.id),
             l.expires_at) else l.expires_at end as expires_at, l.original + coalesce(u.remaining_change, 0) as remaining, coalesce(u.held_change, 0) as held
         from ledger_lot l
         left join lateral (
           select sum(remaining_change)::bigint as remaining_change, sum(held_change)::bigint as held_change from ledger_lot_use
           where tenant_id = $1 and lot_id = l.id and recorded_at <= $3
         ) u on true
         where l.tenant_id = $1 and l.account_id = $2 and l.recorded_at <= $3
       )
       select a.id, a.asset_id, a.owner_id, $3::timestamptz as as_of, coalesce(e.balance_after, 0) as posted, coalesce(t.held_after, 0) as held,
         coalesce(-d.balance_after, 0) as owed,
         case when a.lotted then greatest(coalesce(
           (select sum(remaining - held) from lots where available_at <= $3 and (expires_at is null or expires_at > $3)), 0)
           + coalesce(d.balance_after, 0), 0)
         else coalesce(e.balance_after, 0) - coalesce(t.held_after, 0) end as available,
         coalesce((select sum(remaining) from lots where available_at > $3), 0) as pending
       from ledger_account a
       left join lateral (
         select balance_after from ledger_entry where tenant_id = $1 and account_id = a.id and recorded_at <= $3 order by seq desc limit 1
       ) e on true
       left join lateral (
         select balance_after from ledger_entry where tenant_id = $1 and account_id = a.debt_id and recorded_at <= $3 order by seq desc limit 1
       ) d on true
       left join lateral (
         select held_after from ledger_transaction where tenant_id = $1 and account_id = a.id and recorded_at <= $3 order by number desc limit 1
       ) t on true
       where a.tenant_id = $1 and a.id = $2`,
      [tx.ctx.tenantId, accountId, moment],
    );
    return rows[0] ? read(rows[0]) : null;
  }
}
