import { Choice, QueryInteger, Text } from '@tallystick/platform';

const DIRECTIONS = ['ASC', 'DESC'] as const;
const payload = (of: string, more: string, example: string): PropertyDecorator =>
  Text({ optional: true, min: 0, max: 200, description: `Needed with the filter \`${of}\`: ${more}.`, example });

/** What both versions of the directory are asked with; filters and their payloads are read by `readFilters`. */
export class ReworthDirectoryQuery {
  @Text({ optional: true, max: 200, description: 'The customer, as in transactions; needed with a token.', example: 'C08409803' })
  uuid?: string;

  @Text({ optional: true, max: 63, description: 'Of guests: the institution, by its `fiid` of /my-fi, or its id.', example: 'demo' })
  fiid?: string;

  @Text({ optional: true, min: 0, max: 200, description: 'In the order in which they apply, separated by commas.', example: 'category' })
  filters?: string;

  @Text({ optional: true, min: 0, max: 100, description: 'A part of the name of the business.', example: 'casa' })
  name?: string;

  @payload('price', '1 to 5', '1')
  price?: string;

  @payload('price', 'the same, but 4 is 4 and 5; or `ASC` or `DESC` to sort by it', '1')
  price_payload?: string;

  @payload('geo', '`lat,lng`; offers within 25 km, the nearest first where no other filter sorts', '19.360274,-99.166253')
  geo_payload?: string;

  @payload('category', 'up to three of the categories, separated by commas', 'education')
  category_payload?: string;

  @payload('popularity', '`ASC` or `DESC`', 'DESC')
  popularity_payload?: string;

  @payload('rating', '`ASC` or `DESC`', 'DESC')
  rating_payload?: string;

  @payload('offerType', '`first_time` or `recurring`', 'recurring')
  offerType_payload?: string;

  @payload('recent', '`ASC` or `DESC`, by when the offer was made', 'DESC')
  recent_payload?: string;

  @payload('discountSort', '`ASC` or `DESC`, by the rate', 'DESC')
  discountSort_payload?: string;

  @payload('businessType', '`physicalVenue` or `ecommerce`', 'physicalVenue')
  businessType_payload?: string;

  @payload('businessName', 'a part of the name of the business', 'casa')
  businessName_payload?: string;

  @Choice(DIRECTIONS, { optional: true, description: 'Sorts what is left by name, after the filters that sort.', example: 'ASC' })
  sort?: 'ASC' | 'DESC';

  @QueryInteger({ min: 1, max: 100, description: 'Elements per page; 10 when left out.', example: 10 })
  epp?: number;

  @QueryInteger({ min: 1, max: 10_000, description: 'The page; 1 when left out.', example: 1 })
  p?: number;
}
