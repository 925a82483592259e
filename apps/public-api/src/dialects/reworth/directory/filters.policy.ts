import { CATEGORIES, type Category, type DirectoryFilter, type Direction, type Place } from '@tallystick/offers';
import { ValidationFailed } from '@tallystick/platform';
import type { ReworthDirectoryQuery } from './directory-parameters.dto.js';

/** The filters of both versions: the older one's client sends those of the newer, too (A.8). */
const FILTERS = ['geo', 'category', 'popularity', 'rating', 'price', 'offerType', 'recent', 'discountSort', 'businessType', 'businessName'] as const; // prettier-ignore
type FilterName = (typeof FILTERS)[number];

const MOST_CATEGORIES = 3;
/** The vendor's page has four signs for five levels. */
const DEAREST_SIGN = 4;

/** What a list is asked for. */
export interface AskedFilters {
  readonly filters: readonly DirectoryFilter[];
  /** From where distances are measured. */
  readonly place: Place | undefined;
  /** What was sent and does nothing. */
  readonly warnings: readonly string[];
}

/**
 * Reads the filters in the order in which they were sent (A.2.2). A filter that nobody knows, and a payload without its filter, do nothing
 * and are told. Throws `validation_error` for a filter without a payload that it can use, and for more than `most`.
 */
export function readFilters(query: ReworthDirectoryQuery, most: number): AskedFilters {
  const named = [...new Set((query.filters ?? '').split(',').map((name) => name.trim()).filter(Boolean))]; // prettier-ignore
  const known = named.filter((name): name is FilterName => (FILTERS as readonly string[]).includes(name));
  if (known.length > most) throw refuse('filters', `Must be at most ${most} filters.`);
  const read = nearLast(known.map((name) => filterOf(name, query)));
  const near = read.find((filter) => filter.by === 'near');
  const name = query.name?.trim();
  return {
    filters: name ? [{ by: 'name', text: name }, ...read] : read,
    place: near?.place,
    warnings: [
      ...named.filter((one) => !known.includes(one as FilterName)).map((one) => `The filter ${one.slice(0, 50)} is not known.`),
      ...FILTERS.filter((one) => !known.includes(one) && payloadOf(one, query) !== undefined).map(
        (one) => `The payload of ${one} is not used: filters does not name it.`,
      ),
    ],
  };
}

/** The nearest come first where nothing else sorts: pages that know a place send `geo` first in every list, also before what they sort by. */
const nearLast = (filters: readonly DirectoryFilter[]): DirectoryFilter[] => [
  ...filters.filter(({ by }) => by !== 'near'),
  ...filters.filter(({ by }) => by === 'near'),
];

const refuse = (field: string, message: string): Error => ValidationFailed.with({ errors: { [field]: [message] } });

/** The payload of the filter `price` is called plainly `price`, by some clients otherwise (A.2.2). */
function payloadOf(name: FilterName, query: ReworthDirectoryQuery): string | undefined {
  const sent = name === 'price' ? (query.price ?? query.price_payload) : query[`${name}_payload`];
  return sent?.trim() || undefined;
}

function filterOf(name: FilterName, query: ReworthDirectoryQuery): DirectoryFilter {
  const field = name === 'price' && query.price_payload === undefined ? 'price' : `${name}_payload`;
  const payload = payloadOf(name, query);
  if (payload === undefined) throw refuse(field, `This parameter is required with the filter ${name}.`);
  const read = READERS[name](payload, field);
  if (typeof read === 'string') throw refuse(field, read);
  return read;
}

type Reader = (payload: string, field: string) => DirectoryFilter | string;

const oneOf = (words: readonly string[]): string => `Must be one of ${words.join(', ')}.`;
const DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ['ASC', 'asc'],
  ['DESC', 'desc'],
]);
const sorting =
  (by: 'popularity' | 'rating' | 'recent' | 'cashback' | 'price_level'): Reader =>
  (payload) => {
    const direction = DIRECTIONS.get(payload);
    return direction ? { by, direction } : oneOf([...DIRECTIONS.keys()]);
  };

const READERS: Readonly<Record<FilterName, Reader>> = {
  geo(payload) {
    const [, latitude, longitude] = /^(-?\d{1,2}(?:\.\d{1,15})?), ?(-?\d{1,3}(?:\.\d{1,15})?)$/.exec(payload) ?? [];
    const place = { latitude: Number(latitude), longitude: Number(longitude) };
    const isPlace = latitude !== undefined && Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
    return isPlace ? { by: 'near', place } : 'Must be lat,lng in degrees, as 19.360274,-99.166253.';
  },
  category(payload) {
    const words = [...new Set(payload.split(',').map((word) => word.trim()))];
    const isList = words.length <= MOST_CATEGORIES && words.every((word) => (CATEGORIES as readonly string[]).includes(word));
    return isList
      ? { by: 'category', categories: words as Category[] }
      : `Must be up to ${MOST_CATEGORIES} of ${CATEGORIES.join(', ')}, separated by commas.`;
  },
  popularity: sorting('popularity'),
  rating: sorting('rating'),
  recent: sorting('recent'),
  discountSort: sorting('cashback'),
  price(payload, field) {
    if (DIRECTIONS.has(payload)) return sorting('price_level')(payload, field);
    if (!/^[0-5]$/.test(payload)) return 'Must be a whole number from 1 to 5.';
    // Clients show the levels 0 and 1 as one sign, and those that send the payload 4 and 5.
    const level = Math.max(1, Number(payload));
    return field === 'price_payload' && level === DEAREST_SIGN ? { by: 'price', level, orMore: true } : { by: 'price', level };
  },
  offerType: (payload) =>
    payload === 'first_time' || payload === 'recurring' ? { by: 'kind', kind: payload } : oneOf(['first_time', 'recurring']),
  businessType(payload) {
    if (payload === 'ecommerce') return { by: 'business_type', type: 'ecommerce' };
    return payload === 'physicalVenue' ? { by: 'business_type', type: 'physical_venue' } : oneOf(['physicalVenue', 'ecommerce']);
  },
  businessName: (payload) => (payload.length <= 100 ? { by: 'name', text: payload } : 'Must be text of 1 to 100 characters.'),
};
