import type pg from 'pg';

/** How much a directory is filled with. */
export interface DirectorySize {
  readonly merchants: number;
  readonly offers: number;
  readonly venues: number;
}

/**
 * Gives a tenant a directory by set-based SQL, as superuser: merchants with names and descriptors of three words, all different, most venues in
 * twenty towns, the rest anywhere, all offers in force. The rows are those that the operations would have left; the same each time but for the ids.
 */
export async function fillDirectory(client: pg.ClientBase, tenantId: string, { merchants, offers, venues }: DirectorySize): Promise<void> {
  await client.query(`set synchronous_commit = off; set work_mem = '128MB'; select setseed(0.25)`);
  for (const [sql, ...values] of [
    [MERCHANTS, merchants],
    [IDENTIFIERS],
    [NAME_GRAMS],
    [DESCRIPTOR_GRAMS],
    [VENUES, venues, merchants],
    [OFFERS, offers, merchants],
    [ENTRIES],
  ] as const)
    await client.query(sql, [tenantId, ...values]);
  for (const table of ['merchant', 'merchant_identifier', 'merchant_gram', 'venue', 'offer', 'directory_entry'])
    await client.query(`vacuum analyze ${table}`);
}

/** A word of the list, another at each call. */
const WORD = (list: string): string => `(array['${list.split(' ').join(`','`)}'])[1 + floor(random() * ${list.split(' ').length})::int]`;
const KINDS =
  'cafe taqueria panaderia libreria farmacia zapateria ferreteria papeleria joyeria heladeria fonda bistro cantina boutique mercado tienda taller gimnasio clinica estudio';
const OWNERS =
  'azul roja verde blanca dorada nueva antigua feliz central norte sur oriente poniente lopez garcia hernandez martinez rodriguez gonzalez perez sanchez ramirez torres flores rivera gomez diaz cruz morales reyes';

/** A number in letters, so that it is part of a name. */
const lettersOf = (n: string): string => `translate(${n}::text, '0123456789', 'aeioulmnrs')`;

const CATEGORIES = `array['restaurants-bars', 'food-beverages', 'electronics-software', 'telecom-internet', 'entertainment-events-tickets',
  'books-games-movies-music', 'clothing-store', 'fitness-sports', 'health-beauty', 'education', 'culture', 'tourism-hotels-accommodation',
  'pet-related', 'stationery-office', 'home', 'services', 'other']`;

const MERCHANTS = `
insert into merchant (tenant_id, id, reference, name, search_name, status, category, price_level, rating, popularity, business_type, created_at, updated_at)
select $1, uuidv7(), 'M-' || n, initcap(name), name, 'active', (${CATEGORIES})[1 + n % 17], 1 + n % 5, n % 51, floor(power(random(), 4) * 100000),
  case when n % 10 = 0 then 'ecommerce' else 'physical_venue' end, now(), now()
from (select n, ${WORD(KINDS)} || ' ' || ${WORD(OWNERS)} || ' ' || ${lettersOf('(1000000 + n)')} as name from generate_series(1, $2::int) n) named`;

const IDENTIFIERS = `
insert into merchant_identifier (tenant_id, kind, value, merchant_id, given)
select tenant_id, 'descriptor', search_name, id, upper(search_name) from merchant where tenant_id = $1`;

const NAME_GRAMS = `
insert into merchant_gram (tenant_id, source, gram, merchant_id, value)
select distinct m.tenant_id, 'name', gram, m.id, m.search_name from merchant m, lateral (
  select substr(m.search_name, g, 3) as gram from generate_series(1, length(m.search_name) - 2) g
  union select substr(word, 1, size) from string_to_table(m.search_name, ' ') word, generate_series(1, 2) size) grams where m.tenant_id = $1`;

const DESCRIPTOR_GRAMS = `
insert into merchant_gram (tenant_id, source, gram, merchant_id, value)
select distinct m.tenant_id, 'descriptor', substr('  ' || word || ' ', g, 3), m.id, m.search_name
from merchant m, string_to_table(m.search_name, ' ') word, generate_series(1, length(word) + 1) g where m.tenant_id = $1`;

const VENUES = `
with town as materialized (select t, 16 + random() * 14 as latitude, -114 + random() * 26 as longitude from generate_series(0, 19) t),
numbered as materialized (select id, row_number() over (order by id) as n from merchant where tenant_id = $1),
place as materialized (
  select v, case when v % 10 < 7 then t.latitude + (random() + random() + random() - 1.5) * 0.3 else 16 + random() * 14 end as latitude,
    case when v % 10 < 7 then t.longitude + (random() + random() + random() - 1.5) * 0.3 else -114 + random() * 26 end as longitude
  from generate_series(1, $2::int) v join town t on t.t = (v / 10) % 20)
insert into venue (tenant_id, id, merchant_id, reference, name, status, street_address, zipcode, latitude, longitude, cell, created_at, updated_at)
select $1, uuidv7(), n.id, 'V-' || p.v, 'Venue ' || p.v, 'active', p.v || ' Reforma', '06700', p.latitude, p.longitude,
  floor((p.latitude + 90) * 20)::int * 7200 + floor((p.longitude + 180) * 20)::int, now(), now()
from place p join numbered n on n.n = 1 + p.v % $3::int`;

const OFFERS = `
with numbered as materialized (select id, row_number() over (order by id) as n from merchant where tenant_id = $1)
insert into offer (tenant_id, id, merchant_id, reference, name, status, kind, currency, rate_bps, rounding, funded_by_merchant, funded_by_institution,
  funded_by_platform, share_customer, share_institution, share_platform, requires_activation, starts_at, ends_at, version, created_at, updated_at)
select $1, uuidv7(), m.id, 'O-' || o, 'Cashback ' || o, 'active', case when o % 4 = 0 then 'first_time' else 'recurring' end, 'MXN', 50 * (1 + o % 40),
  'half_up', 10000, 0, 0, 8000, 1500, 500, o % 7 = 0, now() - interval '1 day', case when o % 3 = 0 then now() + interval '90 days' end, 1,
  now() - o * interval '1 second', now()
from generate_series(1, $2::int) o join numbered m on m.n = 1 + o % $3::int`;

const ENTRIES = `
insert into directory_entry (tenant_id, offer_id, merchant_id, category, price_level, rating, popularity, business_type, kind, rate_bps, name, created_at, starts_at, ends_at)
select o.tenant_id, o.id, m.id, m.category, m.price_level, m.rating, m.popularity, coalesce(m.business_type, ''), o.kind, o.rate_bps, m.search_name,
  o.created_at, o.starts_at, coalesce(o.ends_at, 'infinity')
from offer o join merchant m on m.tenant_id = o.tenant_id and m.id = o.merchant_id where o.tenant_id = $1`;
