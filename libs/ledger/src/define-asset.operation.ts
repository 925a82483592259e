import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { HOUSE_PURPOSES, houseAccountId } from './accounts.js';

/** An asset to be: `scale` is its number of decimals (0 to 4), `code` unique in the tenant. */
export interface NewAsset {
  readonly id: string;
  readonly code: string;
  readonly kind: 'points' | 'currency';
  readonly scale: number;
}

/** Defines an asset of a tenant with its house accounts; defining it again changes nothing. */
@Injectable()
export class DefineAsset {
  async execute(tx: WriteTx<TenantContext>, asset: NewAsset): Promise<void> {
    await tx.query('insert into ledger_asset (tenant_id, id, code, kind, scale) values ($1, $2, $3, $4, $5) on conflict do nothing', [
      tx.ctx.tenantId,
      asset.id,
      asset.code,
      asset.kind,
      asset.scale,
    ]);
    await tx.query(
      `insert into ledger_account (tenant_id, id, asset_id, owner_id, owner_type, purpose, floor, lotted)
       select $1, h.id, $2, $1, 'house', h.purpose, null, false from unnest($3::uuid[], $4::text[]) as h(id, purpose) on conflict do nothing`,
      [tx.ctx.tenantId, asset.id, HOUSE_PURPOSES.map((purpose) => houseAccountId(asset.id, purpose)), [...HOUSE_PURPOSES]],
    );
  }
}
