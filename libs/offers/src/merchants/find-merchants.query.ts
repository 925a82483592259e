import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { Category } from './category.js';
import { MERCHANT_COLUMNS, readMerchant, type Merchant, type MerchantRow, type MerchantStatus } from './merchant.js';
import { merchantsNamed } from './merchants-named.sql.js';
import { readNameSearch } from './name.policy.js';
import { VENUE_COLUMNS, type Venue } from './venue.js';

type Tx = ReadTx<TenantContext>;

/** Which merchants. */
export interface MerchantFilter {
  /** A part of the name. */
  readonly search?: string;
  readonly reference?: string;
  readonly category?: Category;
  readonly status?: MerchantStatus;
}

/** Reads merchants and where they sell. */
@Injectable()
export class FindMerchants {
  /** Merchants by id, which is the order of their registration, after one; up to `limit`. */
  async list(tx: Tx, filter: MerchantFilter, page: { after?: string; limit: number }): Promise<Merchant[]> {
    const search = filter.search === undefined ? undefined : readNameSearch(filter.search);
    if (filter.search !== undefined && !search) return [];
    const searched: unknown[] = [];
    const named = search ? `and m.id in (${merchantsNamed(search, (value) => `$${searched.push(value) + 6}`)})` : '';
    const rows = await tx.query<MerchantRow>(
      `select ${MERCHANT_COLUMNS} from merchant m where m.tenant_id = $1 and ($2::uuid is null or m.id > $2)
         and ($3::text is null or m.reference = $3) and ($4::text is null or m.category = $4) and ($5::text is null or m.status = $5) ${named}
       order by m.id limit $6`,
      [
        tx.ctx.tenantId,
        page.after ?? null,
        filter.reference ?? null,
        filter.category ?? null,
        filter.status ?? null,
        page.limit,
        ...searched,
      ],
    );
    return rows.map(readMerchant);
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<Merchant> {
    const [row] = await tx.query<MerchantRow>(`select ${MERCHANT_COLUMNS} from merchant m where m.tenant_id = $1 and m.id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!row) throw NotFound.with();
    return readMerchant(row);
  }

  /** A merchant's venues by reference, after one; up to `limit`. Throws `not_found`. */
  async venues(tx: Tx, merchantId: string, page: { after?: string; limit: number }): Promise<Venue[]> {
    const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2', [tx.ctx.tenantId, merchantId]);
    if (!merchant) throw NotFound.with();
    return tx.query<Venue>(
      `select ${VENUE_COLUMNS} from venue v where v.tenant_id = $1 and v.merchant_id = $2 and ($3::text is null or v.reference > $3)
       order by v.reference limit $4`,
      [tx.ctx.tenantId, merchantId, page.after ?? null, page.limit],
    );
  }

  /** Throws `not_found`. */
  async venue(tx: Tx, merchantId: string, id: string): Promise<Venue> {
    const [venue] = await tx.query<Venue>(
      `select ${VENUE_COLUMNS} from venue v where v.tenant_id = $1 and v.id = $2 and v.merchant_id = $3`,
      [tx.ctx.tenantId, id, merchantId],
    );
    if (!venue) throw NotFound.with();
    return venue;
  }
}
