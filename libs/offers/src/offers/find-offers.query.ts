import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import {
  OFFER_COLUMNS,
  readOffer,
  readOfferTerms,
  type Offer,
  type OfferKind,
  type OfferRow,
  type OfferStatus,
  type OfferTerms,
  type TermsColumns,
} from './offer.js';

type Tx = ReadTx<TenantContext>;

/** Which offers. */
export interface OfferFilter {
  readonly merchantId?: string;
  readonly reference?: string;
  readonly status?: OfferStatus;
  readonly kind?: OfferKind;
}

/** The terms of an offer as they were. */
export interface OfferVersion {
  readonly version: number;
  readonly terms: OfferTerms;
  readonly madeBy: string;
  readonly madeAt: Date;
}

/** Reads offers as their admins see them, in any state; what customers see is the directory. */
@Injectable()
export class FindOffers {
  /** Offers by id, which is the order of their creation, after one; up to `limit`. */
  async list(tx: Tx, filter: OfferFilter, page: { after?: string; limit: number }): Promise<Offer[]> {
    const rows = await tx.query<OfferRow>(
      `select ${OFFER_COLUMNS} from offer o where o.tenant_id = $1 and ($2::uuid is null or o.id > $2) and ($3::uuid is null or o.merchant_id = $3)
         and ($4::text is null or o.reference = $4) and ($5::text is null or o.status = $5) and ($6::text is null or o.kind = $6)
       order by o.id limit $7`,
      [
        tx.ctx.tenantId,
        page.after ?? null,
        filter.merchantId ?? null,
        filter.reference ?? null,
        filter.status ?? null,
        filter.kind ?? null,
        page.limit,
      ],
    );
    return rows.map(readOffer);
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<Offer> {
    const [row] = await tx.query<OfferRow>(`select ${OFFER_COLUMNS} from offer o where o.tenant_id = $1 and o.id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!row) throw NotFound.with();
    return readOffer(row);
  }

  /** All versions of an offer's terms, the last first, before one; up to `limit`. Throws `not_found`. */
  async versions(tx: Tx, id: string, page: { before?: number; limit: number }): Promise<OfferVersion[]> {
    await this.byId(tx, id);
    const rows = await tx.query<Omit<OfferVersion, 'terms'> & { terms: TermsColumns }>(
      `select version, terms, made_by as "madeBy", made_at as "madeAt" from offer_version
       where tenant_id = $1 and offer_id = $2 and ($3::int is null or version < $3) order by version desc limit $4`,
      [tx.ctx.tenantId, id, page.before ?? null, page.limit],
    );
    return rows.map((row) => ({ ...row, terms: readOfferTerms(row.terms) }));
  }
}
