import {
  BUSINESS_TYPES,
  CATEGORIES,
  LABEL_LANGUAGES,
  LARGEST_RADIUS,
  OFFER_KINDS,
  USUAL_RADIUS,
  type BusinessType,
  type Category,
  type DirectoryFilter,
  type DirectoryQuery,
  type LabelLanguage,
  type OfferKind,
  type Place,
} from '@tallystick/offers';
import { Choice, Ordering, PageOrCursorQuery, QueryInteger, Search, Text, Uuid, ValidationFailed } from '@tallystick/platform';

/** Categories that one list may ask for. */
const MOST_CATEGORIES = 3;
const ORDERS = ['popularity', 'rating', 'created_at', 'cashback', 'name'] as const;

/** Names the member that offers are shown or activated for; members need not, it is themselves. */
export class OfferMemberDto {
  @Uuid({ optional: true, description: 'Our id of the member. Give this or `member_reference`; a member gives neither.' })
  member_id?: string;

  @Text({ optional: true, max: 200, description: 'Your own id of the member.', example: 'CUST-1001' })
  member_reference?: string;
}

/** Which offers of the directory, in which order, for whom. */
export class OffersQuery extends PageOrCursorQuery {
  @Text({
    optional: true,
    max: 100,
    description: `Up to ${MOST_CATEGORIES} categories, apart by commas.`,
    example: 'restaurants-bars,education',
  })
  category?: string;

  @Text({
    optional: true,
    max: 60,
    pattern: /^-?\d{1,2}(\.\d{1,12})?,-?\d{1,3}(\.\d{1,12})?$/,
    hint: 'Must be latitude,longitude in degrees, as 19.4326,-99.1332.',
    description: 'Only offers of merchants with a venue near this place, the nearest first unless another order is asked for.',
    example: '19.4326,-99.1332',
  })
  near?: string;

  @QueryInteger({ min: 1, max: LARGEST_RADIUS, description: `How many metres are near; ${USUAL_RADIUS} when left out.`, example: 5_000 })
  radius_m?: number;

  @QueryInteger({ min: 1, max: 5, description: '1, the cheapest, to 5.', example: 2 })
  price_level?: number;

  @Choice(OFFER_KINDS, { optional: true })
  kind?: OfferKind;

  @Choice(BUSINESS_TYPES, { optional: true })
  business_type?: BusinessType;

  @Uuid({ optional: true })
  merchant_id?: string;

  @Search({ description: "A part of the merchant's name; of one or two letters the beginning of a word." })
  search?: string;

  @Ordering(ORDERS, {
    description:
      'Order of the list; a leading - turns it around. Left out, what the member may like first, or without a member the most popular.',
  })
  ordering?: string;

  @Choice(LABEL_LANGUAGES, { optional: true, description: 'Language of what is ready to display; en when left out.', example: 'es' })
  language?: LabelLanguage;

  @Uuid({
    optional: true,
    description: 'For whom offers are chosen, and whose activations are shown. Give this or `member_reference`; a member gives neither.',
  })
  member_id?: string;

  @Text({
    optional: true,
    max: 200,
    description: 'The same, by your own id; one that is not known yet is shown what is popular.',
    example: 'CUST-1001',
  })
  member_reference?: string;

  /** Throws `validation_error`. */
  static toQuery(query: OffersQuery): DirectoryQuery & { place: Place | undefined; order_of: string } {
    const place = readPlace(query);
    const filters: DirectoryFilter[] = [];
    const { ordering } = query;
    const direction = ordering?.startsWith('-') ? 'desc' : 'asc';
    const key = ordering?.replace('-', '') as (typeof ORDERS)[number] | undefined;
    if (key !== undefined && key !== 'name') filters.push({ by: key === 'created_at' ? 'recent' : key, direction });
    if (place) filters.push({ by: 'near', place, radius: query.radius_m, ...(key !== undefined && { unsorted: true as const }) });
    if (query.category !== undefined) filters.push({ by: 'category', categories: readCategories(query.category) });
    if (query.price_level !== undefined) filters.push({ by: 'price', level: query.price_level });
    if (query.kind !== undefined) filters.push({ by: 'kind', kind: query.kind });
    if (query.business_type !== undefined) filters.push({ by: 'business_type', type: query.business_type });
    if (query.merchant_id !== undefined) filters.push({ by: 'merchant', id: query.merchant_id });
    if (query.search !== undefined) filters.push({ by: 'name', text: query.search });
    return { filters, ...(key === 'name' && { order: direction }), place, order_of: ordering ?? (place ? `near ${query.near}` : '') };
  }
}

function readPlace({ near, radius_m }: OffersQuery): Place | undefined {
  if (near === undefined) {
    if (radius_m !== undefined) throw ValidationFailed.with({ errors: { radius_m: ['Give the place in near.'] } });
    return undefined;
  }
  const [latitude, longitude] = near.split(',').map(Number) as [number, number];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    throw ValidationFailed.with({ errors: { near: ['Must be latitude,longitude in degrees, as 19.4326,-99.1332.'] } });
  return { latitude, longitude };
}

function readCategories(text: string): Category[] {
  const names = [...new Set(text.split(','))];
  const known = names.filter((name): name is Category => (CATEGORIES as readonly string[]).includes(name));
  if (known.length === names.length && names.length <= MOST_CATEGORIES) return known;
  throw ValidationFailed.with({ errors: { category: [`Must be up to ${MOST_CATEGORIES} of ${CATEGORIES.join(', ')}.`] } });
}

/** Language of what is ready to display, and whose activations are shown. */
export class OfferQuery extends OfferMemberDto {
  @Choice(LABEL_LANGUAGES, { optional: true, description: 'Language of what is ready to display; en when left out.', example: 'es' })
  language?: LabelLanguage;
}
