import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { OpenAccounts } from './open-accounts.operation.js';

/** An owner goes on for others: each of their wallets gets the one of the same asset that goes on for it, which is opened where it is missing. */
@Injectable()
export class SucceedAccounts {
  constructor(private readonly openAccounts: OpenAccounts) {}

  async execute(tx: WriteTx<TenantContext>, { owner, of }: { owner: string; of: readonly string[] }): Promise<void> {
    const wallets = await tx.query<{ asset_id: string; owner_type: string; lotted: boolean; floor: string | null }>(
      `select distinct asset_id, owner_type, lotted, floor from ledger_account
       where tenant_id = $1 and owner_id = any($2::uuid[]) and purpose = 'wallet' order by asset_id`,
      [tx.ctx.tenantId, of],
    );
    await this.openAccounts.execute(
      tx,
      wallets.map(({ asset_id: assetId, owner_type: ownerType, lotted, floor }) => ({
        assetId,
        ownerId: owner,
        ownerType,
        lotted,
        floor: floor === null ? null : BigInt(floor),
      })),
    );
    await tx.query(
      `update ledger_account a set successor_id = s.id from ledger_account s
       where a.tenant_id = $1 and a.owner_id = any($2::uuid[]) and a.purpose = 'wallet'
         and s.tenant_id = $1 and s.owner_id = $3 and s.asset_id = a.asset_id and s.purpose = 'wallet'`,
      [tx.ctx.tenantId, of, owner],
    );
  }
}
