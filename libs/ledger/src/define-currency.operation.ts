import { Injectable } from '@nestjs/common';
import { currencyExponent, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { FUNDS_PURPOSES, currencyAssetId, houseAccountId } from './accounts.js';

/** Defines a currency as an asset of a tenant, counted in its minor units, with the accounts of the tenant's funds. Doing it again changes nothing. */
@Injectable()
export class DefineCurrency {
  /** Answers the asset's id. */
  async execute(tx: WriteTx<TenantContext>, currency: string): Promise<string> {
    const { tenantId } = tx.ctx;
    const assetId = currencyAssetId(tenantId, currency);
    await tx.query(
      `insert into ledger_asset (tenant_id, id, code, kind, scale) values ($1, $2, $3, 'currency', $4) on conflict do nothing`,
      [tenantId, assetId, `currency:${currency}`, currencyExponent(currency)],
    );
    await tx.query(
      `insert into ledger_account (tenant_id, id, asset_id, owner_id, owner_type, purpose, floor, lotted)
       select $1, f.id, $2, $1, 'house', f.purpose, case f.purpose when 'bank' then null else 0 end, false
       from unnest($3::uuid[], $4::text[]) as f(id, purpose) on conflict do nothing`,
      [tenantId, assetId, FUNDS_PURPOSES.map((purpose) => houseAccountId(assetId, purpose)), [...FUNDS_PURPOSES]],
    );
    return assetId;
  }
}
