import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { distanceSql, type Place } from '../merchants/place.policy.js';
import { OFFER_COLUMNS, readOffer, type OfferRow } from '../offers/offer.js';
import type { Customer } from '../recommender/customer.js';
import { FindCustomer } from '../recommender/find-customer.query.js';
import { directorySql, type DirectoryKey, type DirectoryQuery, type DirectorySql } from './directory-filter.policy.js';
import { VENUES_SHOWN, type DirectoryOffer, type DirectoryVenue } from './directory-offer.js';

type Tx = ReadTx<TenantContext>;

/** Which rows of a list. Going on after a key works for lists with one order. */
export interface DirectoryWindow {
  readonly limit: number;
  readonly offset?: number;
  readonly after?: DirectoryKey;
}

/** For whom, and from where, offers are shown. */
export interface Viewer {
  /** Whose activations are told. */
  readonly memberId?: string;
  /** To whom it is told why they are shown each. */
  readonly customer?: Customer;
  /** From where distances are measured. */
  readonly place?: Place;
}

interface DetailRow extends OfferRow {
  merchant: Omit<DirectoryOffer['merchant'], 'popularity'> & { popularity: string };
  activated_at: Date | null;
  venues: DirectoryVenue[];
}

/** Reads the offers that hold now: in force, begun and not over, with budget left, of active merchants. */
@Injectable()
export class FindDirectory {
  constructor(private readonly customers: FindCustomer) {}

  /** Their ids in order, each with the key by which a list goes on after it. */
  async list(tx: Tx, query: DirectoryQuery, { limit, offset = 0, after }: DirectoryWindow): Promise<DirectoryKey[]> {
    const sql = directorySql(query);
    if (sql.isEmpty) return [];
    const values = [tx.ctx.tenantId, ...sql.parameters];
    const [{ sql: first, type, direction }] = sql.keys as [DirectorySql['keys'][number]];
    const { direction: last } = sql.keys.at(-1)!;
    if (after && sql.keys.length > 1) throw new Error('a list in more than one order is walked by pages');
    const next = after ? `and (${first}, e.offer_id) ${direction === 'asc' ? '>' : '<'} ($${values.push(after.key)}::${type}, $${values.push(after.id)}::uuid)` : ''; // prettier-ignore
    const order = sql.keys.map((key) => `${key.sql} ${key.direction}`).join(', ');
    return tx.query<DirectoryKey>(
      `${sql.with} select e.offer_id as id, (${first})::text as key from ${sql.from} where ${sql.where} ${next}
       order by ${order}, e.offer_id ${last} limit $${values.push(limit)} offset $${values.push(offset)}`,
      values,
    );
  }

  /** How many there are. */
  async count(tx: Tx, query: DirectoryQuery): Promise<number> {
    const sql = directorySql(query);
    if (sql.isEmpty) return 0;
    const [row] = await tx.query<{ total: string }>(`${sql.with} select count(*) as total from ${sql.from} where ${sql.where}`, [
      tx.ctx.tenantId,
      ...sql.parameters,
    ]);
    return Number(row!.total);
  }

  /** Of these offers those that hold now. */
  async holding(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(
      `select e.offer_id as id from directory_entry e where e.tenant_id = $1 and e.offer_id = any($2::uuid[])
         and e.starts_at <= (select tenant_now()) and e.ends_at > (select tenant_now())`,
      [tx.ctx.tenantId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Offers with all that is shown of them, in the order of the ids, whether they hold or not; one that was never in force is left out. */
  async load(tx: Tx, ids: readonly string[], { memberId, customer, place }: Viewer = {}): Promise<DirectoryOffer[]> {
    if (ids.length === 0) return [];
    const at = { latitude: '$4::float8', longitude: '$5::float8' };
    const metres = place ? distanceSql(at, { latitude: 'v.latitude', longitude: 'v.longitude' }) : 'null::float8 + $4::float8 + $5::float8';
    const rows = await tx.query<DetailRow>(
      `select ${OFFER_COLUMNS}, a.activated_at, coalesce(s.venues, '[]') as venues,
         jsonb_build_object('id', m.id, 'reference', m.reference, 'name', m.name, 'category', m.category, 'priceLevel', m.price_level,
           'rating', m.rating, 'popularity', m.popularity::text, 'businessType', m.business_type, 'url', m.url, 'logoUrl', m.logo_url,
           'socialMedia', m.social_media) as merchant
       from unnest($2::uuid[]) with ordinality as p(id, n)
       join offer o on o.tenant_id = $1 and o.id = p.id and o.status <> 'draft'
       join merchant m on m.tenant_id = $1 and m.id = o.merchant_id
       left join offer_activation a on a.tenant_id = $1 and a.offer_id = o.id and a.member_id = $3::uuid
       left join lateral (select jsonb_agg(jsonb_build_object('id', near.id, 'reference', near.reference, 'name', near.name, 'status', near.status,
           'streetAddress', near.street_address, 'zipcode', near.zipcode, 'latitude', near.latitude, 'longitude', near.longitude,
           'distance', near.metres) order by near.metres, near.reference) as venues
         from (select v.*, ${metres} as metres from venue v where v.tenant_id = $1 and v.merchant_id = m.id and v.status = 'active'
           order by metres, v.reference limit ${VENUES_SHOWN}) near) s on true
       order by p.n`,
      [tx.ctx.tenantId, ids, memberId ?? null, place?.latitude ?? null, place?.longitude ?? null],
    );
    const reasons = customer && (await this.customers.reasons(tx, customer, rows.map(({ merchant }) => merchant))); // prettier-ignore
    return rows.map(({ merchant, venues, activated_at, ...row }) => ({
      ...readOffer(row),
      merchant: { ...merchant, popularity: BigInt(merchant.popularity) },
      activatedAt: activated_at,
      reason: reasons?.get(merchant.id) ?? null,
      distance: venues[0]?.distance ?? null,
      venues,
    }));
  }
}
