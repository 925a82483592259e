import type { Category } from '../merchants/category.js';
import type { BusinessType } from '../merchants/merchant.js';
import { merchantsNamed } from '../merchants/merchants-named.sql.js';
import { readNameSearch } from '../merchants/name.policy.js';
import { cellsAround, distanceSql, type Place } from '../merchants/place.policy.js';
import type { OfferKind } from '../offers/offer.js';
import type { Customer } from '../recommender/customer.js';
import { NOT_USED, scoreLists, usedLists } from '../recommender/scores.sql.js';

/** Metres within which a place is near, when nothing else is said, and at most. */
export const USUAL_RADIUS = 25_000;
export const LARGEST_RADIUS = 100_000;

export type Direction = 'asc' | 'desc';

/** What a list of the directory is asked for: some leave offers out, some put those that are left in order, `near` does both. */
export type DirectoryFilter =
  | {
      readonly by: 'near';
      readonly place: Place;
      /** Metres. */ readonly radius?: number;
      /** Left out, the nearest come first. */ readonly unsorted?: true;
    }
  | { readonly by: 'category'; readonly categories: readonly Category[] }
  | { readonly by: 'price'; readonly level: number; /** Dearer ones too. */ readonly orMore?: true }
  | { readonly by: 'kind'; readonly kind: OfferKind }
  | { readonly by: 'business_type'; readonly type: BusinessType }
  | { readonly by: 'name'; readonly text: string }
  | { readonly by: 'merchant'; readonly id: string }
  | { readonly by: 'popularity' | 'rating' | 'recent' | 'cashback' | 'price_level'; readonly direction: Direction };

/** One row of a list, to go on after it. */
export interface DirectoryKey {
  readonly key: string;
  readonly id: string;
}

/** Which offers, in which order. */
export interface DirectoryQuery {
  /** In the order in which they apply: the first that sorts comes first, the next breaks its ties. */
  readonly filters: readonly DirectoryFilter[];
  /** The order of what is left, by the merchant's name: it breaks the ties of the filters that sort, or sorts where none does. */
  readonly order?: Direction;
  /** Leaves out what they can earn nothing by, and puts what they may like first where nothing else sorts. */
  readonly customer?: Customer;
}

/** A list of the directory in SQL: `$1` is the tenant, the others follow in `parameters`. */
export interface DirectorySql {
  /** What stands before the `select`. */
  readonly with: string;
  readonly from: string;
  readonly where: string;
  /** Each key with its direction; the id comes last, in the direction of the last. */
  readonly keys: readonly { readonly sql: string; readonly type: string; readonly direction: Direction }[];
  readonly parameters: readonly unknown[];
  /** A search without a letter or digit finds nothing. */
  readonly isEmpty: boolean;
}

const SORTS = {
  popularity: { sql: 'e.popularity', type: 'bigint' },
  rating: { sql: 'e.rating', type: 'smallint' },
  recent: { sql: 'e.created_at', type: 'timestamptz' },
  cashback: { sql: 'e.rate_bps', type: 'integer' },
  price_level: { sql: 'e.price_level', type: 'smallint' },
} as const;

/** The merchants of a `materialized` list are looked up one by one; what is asked of the directory's rows stands on the index of the order. */
export function directorySql({ filters, order, customer }: DirectoryQuery): DirectorySql {
  const parameters: unknown[] = [];
  const put = (value: unknown): string => `$${parameters.push(value) + 1}`;
  const [lists, joins, where, keys]: [string[], string[], string[], DirectorySql['keys'][number][]] = [[], [], [], []];
  let isEmpty = false;
  filters.forEach((filter, n) => {
    if (filter.by === 'near') {
      lists.push(`near_${n} as materialized (${venuesNear(filter.place, filter.radius ?? USUAL_RADIUS, put)})`);
      joins.push(`join near_${n} on near_${n}.merchant_id = e.merchant_id`);
      if (!filter.unsorted) keys.push({ sql: `near_${n}.distance`, type: 'float8', direction: 'asc' });
    } else if (filter.by === 'name') {
      const search = readNameSearch(filter.text);
      isEmpty ||= search === undefined;
      lists.push(`named_${n} as materialized (${merchantsNamed(search ?? { plain: '', grams: [] }, put)})`);
      joins.push(`join named_${n} on named_${n}.merchant_id = e.merchant_id`);
    } else if ('direction' in filter) keys.push({ ...SORTS[filter.by], direction: filter.direction });
    else where.push(conditionOf(filter, put));
  });
  if (order !== undefined) keys.push({ sql: 'e.name', type: 'text', direction: order });
  if (customer) {
    lists.push(...usedLists(customer, put));
    where.push(NOT_USED);
  }
  if (keys.length === 0 && customer?.isKnown) {
    lists.push(...scoreLists(customer, put));
    joins.push('left join scored on scored.merchant_id = e.merchant_id');
    keys.push({ sql: 'coalesce(scored.score, 0)', type: 'float8', direction: 'desc' });
  }
  if (keys.length === 0) keys.push({ ...SORTS.popularity, direction: 'desc' });
  return {
    with: lists.length === 0 ? '' : `with ${lists.join(', ')}`,
    from: `directory_entry e ${joins.join(' ')}`,
    where: ['e.tenant_id = $1', 'e.starts_at <= (select tenant_now())', 'e.ends_at > (select tenant_now())', ...where].join(' and '),
    keys: keys.filter(({ sql }, index) => keys.findIndex((one) => one.sql === sql) === index),
    parameters,
    isEmpty,
  };
}

function conditionOf(
  filter: Exclude<DirectoryFilter, { by: 'near' } | { by: 'name' } | { direction: Direction }>,
  put: (value: unknown) => string,
): string {
  switch (filter.by) {
    case 'category':
      return filter.categories.length === 1
        ? `e.category = ${put(filter.categories[0])}`
        : `e.category = any(${put(filter.categories)}::text[])`;
    case 'price':
      return `e.price_level ${filter.orMore ? '>=' : '='} ${put(filter.level)}`;
    case 'kind':
      return `e.kind = ${put(filter.kind)}`;
    case 'business_type':
      return `e.business_type = ${put(filter.type)}`;
    case 'merchant':
      return `e.merchant_id = ${put(filter.id)}`;
  }
}

/** Merchants with a venue within the radius, and the metres to the nearest. */
function venuesNear(place: Place, radius: number, put: (value: unknown) => string): string {
  const at = { latitude: `${put(place.latitude)}::float8`, longitude: `${put(place.longitude)}::float8` };
  return `select merchant_id, min(metres) as distance from (
      select v.merchant_id, ${distanceSql(at, { latitude: 'v.latitude', longitude: 'v.longitude' })} as metres from venue v
      where v.tenant_id = $1 and v.status = 'active' and v.cell = any(${put(cellsAround(place, radius))}::int[])) measured
    where metres <= ${put(radius)}::float8 group by merchant_id`;
}
