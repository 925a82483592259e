import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import { ownerAccountId } from './accounts.js';

/** An owner's account to be: its balance never goes below `floor`, 0 unless said, null for none; with lots when `lotted`. */
export interface NewAccount {
  readonly assetId: string;
  readonly ownerId: string;
  readonly ownerType: string;
  readonly lotted: boolean;
  readonly floor?: bigint | null;
}

const OPEN: Prepared = {
  name: 'ledger_open_accounts',
  text: `insert into ledger_account (tenant_id, id, asset_id, owner_id, owner_type, purpose, floor, lotted)
    select $1, a.id, a.asset_id, a.owner_id, a.owner_type, 'wallet', a.floor, a.lotted
    from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::boolean[]) as a(id, asset_id, owner_id, owner_type, floor, lotted)
    order by a.id on conflict do nothing`,
};

/** Opens accounts for owners, many in one statement; one that exists is left as it is. Answers their ids in order. */
@Injectable()
export class OpenAccounts {
  async execute(tx: WriteTx<TenantContext>, accounts: readonly NewAccount[]): Promise<string[]> {
    const ids = accounts.map((account) => ownerAccountId(account.assetId, account.ownerId));
    await tx.query(OPEN, [
      tx.ctx.tenantId,
      ids,
      accounts.map((a) => a.assetId),
      accounts.map((a) => a.ownerId),
      accounts.map((a) => a.ownerType),
      accounts.map(({ floor = 0n }) => floor),
      accounts.map((a) => a.lotted),
    ]);
    return ids;
  }
}
