import { DomainError } from '@tallystick/kernel';
import { readFilters } from './filters.policy.js';

const read = (query: object, most = 3) => readFilters(query, most);
const refused = (query: object, most = 3): unknown => {
  try {
    return read(query, most).filters;
  } catch (error) {
    return Object.keys((error as DomainError).details.errors ?? {});
  }
};

test('filters are read in the order in which they are sent, the union of both versions (A.2.2, A.8)', () => {
  const { filters, place, warnings } = read({
    filters: 'rating, geo,category',
    rating_payload: 'DESC',
    geo_payload: '19.360274,-99.166253',
    category_payload: 'education,culture',
    name: ' casa ',
  });
  expect(place).toEqual({ latitude: 19.360274, longitude: -99.166253 });
  expect(filters).toEqual([
    { by: 'name', text: 'casa' },
    { by: 'rating', direction: 'desc' },
    { by: 'category', categories: ['education', 'culture'] },
    { by: 'near', place },
  ]);
  expect(read({ filters: 'geo,rating', geo_payload: '19.360274,-99.166253', rating_payload: 'ASC' }).filters).toEqual([
    { by: 'rating', direction: 'asc' },
    { by: 'near', place },
  ]);
  expect(warnings).toEqual([]);
});

test.each<[object, object]>([
  [
    { filters: 'price', price: '5' },
    { by: 'price', level: 5 },
  ],
  [
    { filters: 'price', price: '4' },
    { by: 'price', level: 4 },
  ],
  [
    { filters: 'price', price_payload: '4' },
    { by: 'price', level: 4, orMore: true },
  ],
  [
    { filters: 'price', price_payload: '0' },
    { by: 'price', level: 1 },
  ],
  [
    { filters: 'price,price', price_payload: 'DESC' },
    { by: 'price_level', direction: 'desc' },
  ],
  [
    { filters: 'popularity', popularity_payload: 'ASC' },
    { by: 'popularity', direction: 'asc' },
  ],
  [
    { filters: 'recent', recent_payload: 'DESC' },
    { by: 'recent', direction: 'desc' },
  ],
  [
    { filters: 'discountSort', discountSort_payload: 'DESC' },
    { by: 'cashback', direction: 'desc' },
  ],
  [
    { filters: 'offerType', offerType_payload: 'first_time' },
    { by: 'kind', kind: 'first_time' },
  ],
  [
    { filters: 'businessType', businessType_payload: 'physicalVenue' },
    { by: 'business_type', type: 'physical_venue' },
  ],
  [
    { filters: 'businessName', businessName_payload: 'Casa' },
    { by: 'name', text: 'Casa' },
  ],
])('%j is %j', (query, filter) => expect(read(query).filters).toEqual([filter]));

test.each<[object, string]>([
  [{ filters: 'geo' }, 'geo_payload'],
  [{ filters: 'geo', geo_payload: '-99.166253,19.360274,1' }, 'geo_payload'],
  [{ filters: 'geo', geo_payload: '-99.166253,19.360274' }, 'geo_payload'],
  [{ filters: 'geo', geo_payload: '19.36' }, 'geo_payload'],
  [{ filters: 'category', category_payload: 'food' }, 'category_payload'],
  [{ filters: 'category', category_payload: 'home,other,culture,education' }, 'category_payload'],
  [{ filters: 'popularity', popularity_payload: 'asc' }, 'popularity_payload'],
  [{ filters: 'rating' }, 'rating_payload'],
  [{ filters: 'price' }, 'price'],
  [{ filters: 'price', price: '6' }, 'price'],
  [{ filters: 'price', price_payload: 'toString' }, 'price_payload'],
  [{ filters: 'offerType', offerType_payload: 'x' }, 'offerType_payload'],
  [{ filters: 'businessType', businessType_payload: 'x' }, 'businessType_payload'],
  [{ filters: 'geo,category,rating,price' }, 'filters'],
])('%j is refused, naming %s', (query, field) => expect(refused(query)).toEqual([field]));

test('what does nothing is told', () => {
  expect(read({ filters: '' })).toEqual({ filters: [], place: undefined, warnings: [] });
  expect(read({ filters: 'stars,,', price: '1', rating_payload: '' }).warnings).toEqual([
    'The filter stars is not known.',
    'The payload of price is not used: filters does not name it.',
  ]);
});
