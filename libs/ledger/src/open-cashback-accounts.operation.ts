import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import { CASHBACK_PURPOSES, houseAccountId } from './accounts.js';

const OPEN: Prepared = {
  name: 'ledger_open_cashback_accounts',
  text: `insert into ledger_account (tenant_id, id, asset_id, owner_id, owner_type, purpose, floor, lotted)
    select $1, a.id, $2, $1, 'house', a.purpose, null, false from unnest($3::uuid[], $4::text[]) as a(id, purpose) order by a.id on conflict do nothing`,
};

/** Opens the house accounts of a currency in which cashback is paid. Doing it again changes nothing. */
@Injectable()
export class OpenCashbackAccounts {
  async execute(tx: WriteTx<TenantContext>, assetId: string): Promise<void> {
    await tx.query(OPEN, [
      tx.ctx.tenantId,
      assetId,
      CASHBACK_PURPOSES.map((purpose) => houseAccountId(assetId, purpose)),
      [...CASHBACK_PURPOSES],
    ]);
  }
}
