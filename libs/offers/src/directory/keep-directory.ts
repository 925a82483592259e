import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/**
 * Brings the directory's rows of some merchants, or of one offer of theirs, in line with their offers. To be called in the transaction that
 * changed a merchant, its popularity, or an offer; and whenever an offer's budget is used up, or is so no more. Whoever calls it holds the
 * merchants' rows or the offers that changed, so that nobody else's change goes past unseen.
 */
export async function keepDirectory(tx: WriteTx<TenantContext>, merchantIds: readonly string[], offerId?: string): Promise<void> {
  const parameters = [tx.ctx.tenantId, [...new Set(merchantIds)], offerId ?? null];
  await tx.query(
    `delete from directory_entry e using offer o, merchant m
     where e.tenant_id = $1 and e.merchant_id = any($2::uuid[]) and ($3::uuid is null or e.offer_id = $3) and o.tenant_id = $1 and o.id = e.offer_id
       and m.tenant_id = $1 and m.id = e.merchant_id and not (${SHOWN})`,
    parameters,
  );
  await tx.query(
    `insert into directory_entry as e (tenant_id, offer_id, merchant_id, category, price_level, rating, popularity, business_type, kind, rate_bps,
       name, created_at, starts_at, ends_at)
     select o.tenant_id, o.id, m.id, m.category, m.price_level, m.rating, m.popularity, coalesce(m.business_type, ''), o.kind,
       coalesce(o.rate_bps, 0), m.search_name, o.created_at, o.starts_at, coalesce(o.ends_at, 'infinity')
     from offer o join merchant m on m.tenant_id = o.tenant_id and m.id = o.merchant_id
     where o.tenant_id = $1 and o.merchant_id = any($2::uuid[]) and ($3::uuid is null or o.id = $3) and ${SHOWN} order by o.id for share of o
     on conflict (tenant_id, offer_id) do update set category = excluded.category, price_level = excluded.price_level, rating = excluded.rating,
       popularity = excluded.popularity, business_type = excluded.business_type, kind = excluded.kind, rate_bps = excluded.rate_bps,
       name = excluded.name, starts_at = excluded.starts_at, ends_at = excluded.ends_at
     where (e.category, e.price_level, e.rating, e.popularity, e.business_type, e.kind, e.rate_bps, e.name, e.starts_at, e.ends_at)
       is distinct from (excluded.category, excluded.price_level, excluded.rating, excluded.popularity, excluded.business_type, excluded.kind,
         excluded.rate_bps, excluded.name, excluded.starts_at, excluded.ends_at)`,
    parameters,
  );
}

/** Whether an offer is in the directory, but for its dates. */
const SHOWN = `o.status = 'active' and m.status = 'active' and (o.budget is null or o.spent < o.budget)`;
