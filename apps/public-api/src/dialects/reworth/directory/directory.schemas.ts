import { CATEGORIES, NETWORKS, OFFER_KINDS, VENUES_SHOWN } from '@tallystick/offers';
import type { JsonSchema } from '@tallystick/platform';
import { answerOf } from '../reworth.envelope.js';

const object = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const text = (maxLength: number, example: string, description?: string): JsonSchema => ({
  type: 'string',
  maxLength,
  example,
  description,
});
const textOrNull = (maxLength: number, example: string, description?: string): JsonSchema => ({
  ...text(maxLength, example, description),
  type: ['string', 'null'],
});
const COORDINATES: JsonSchema = {
  type: 'array',
  items: { type: 'number', minimum: -180, maximum: 180 },
  maxItems: 2,
  description: '`[lng, lat]`.',
  example: [-99.166253, 19.360274],
};

const VENUE = object({
  _id: { type: 'string', format: 'uuid' },
  name: text(200, 'La Casa, Roma'),
  status: { type: 'string', const: 'active' },
  address: object({
    _id: { type: 'string', format: 'uuid' },
    zipcode: textOrNull(20, '06700'),
    street_address: textOrNull(500, 'Orizaba 12'),
    location: object(
      {
        type: { type: 'string', const: 'Point' },
        coordinates: { ...COORDINATES, minItems: 2 },
        distance: { type: 'integer', minimum: 0, description: 'Metres from the place of the filter `geo`.', example: 889 },
      },
      ['distance'],
    ),
  }),
});

const OFFER: Readonly<Record<string, JsonSchema>> = {
  created: { type: 'integer', minimum: 0, description: 'Seconds since 1970.', example: 1644474347 },
  name: text(200, 'La Casa', 'Of the business.'),
  dv_name: text(200, 'La Casa'),
  status: { type: 'string', const: 'active' },
  quickType: { type: 'string', enum: OFFER_KINDS },
  cashback_decimal: { type: ['number', 'null'], description: 'Null for a fixed amount.', example: 0.05 },
  dv_cashback: text(50, '5%'),
  expires: { type: ['string', 'null'], format: 'date-time' },
  media: textOrNull(2_048, 'https://static.example/la-casa.png', 'The logo.'),
  raw_category: { type: 'string', enum: CATEGORIES },
  dv_category: text(100, 'Restaurantes y bares', 'Spanish where the country of the institution speaks it, English elsewhere.'),
  dv_address: text(600, 'Orizaba 12, 06700', 'Of the nearest venue; empty where there is none.'),
  dv_latlng: { ...COORDINATES, description: '`[lng, lat]` of the same; empty where there is none.' },
  price_level: { type: 'integer', minimum: 1, maximum: 5, example: 2 },
  rating: { type: 'number', minimum: 0, maximum: 5, example: 4.5 },
  popularity: { type: 'integer', minimum: 0, example: 7 },
  venues: { type: 'array', maxItems: VENUES_SHOWN, items: VENUE },
};

const BUSINESS: JsonSchema = {
  description: 'Empty text where nothing is known of it.',
  oneOf: [
    object({
      type: { type: 'string', enum: ['physicalVenue', 'ecommerce'], example: 'ecommerce' },
      url: text(2_048, 'https://lacasa.example'),
    }),
    { type: 'string', const: '' },
  ],
};
const SOCIAL: JsonSchema = {
  type: 'object',
  properties: Object.fromEntries(NETWORKS.map((network) => [network, text(2_048, `https://${network}.example/lacasa`)])),
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  example: { instagram: 'https://instagram.example/lacasa' },
};
const OFFER_AGAIN: Readonly<Record<string, JsonSchema>> = {
  ...OFFER,
  business_type: BUSINESS,
  socialMedia: { type: 'array', maxItems: 50, items: SOCIAL },
  opening_hours: { type: 'object', maxProperties: 0, description: 'Always empty: not known.', example: {} },
};

const number: JsonSchema = { type: 'integer', minimum: 0, example: 1 };
const pageOrNull: JsonSchema = { type: ['integer', 'null'], minimum: 1, example: null };

const page = (offer: Readonly<Record<string, JsonSchema>>): { schema: JsonSchema } =>
  answerOf(
    { type: 'array', maxItems: 100, items: object(offer) },
    {
      before: { message: { type: 'null' } },
      after: {
        pages: number,
        page: number,
        hasPrevPage: { type: 'boolean', example: false },
        hasNextPage: { type: 'boolean', example: false },
        totalCount: number,
        prev: pageOrNull,
        next: pageOrNull,
        _dev: object({ warnings: { type: 'array', maxItems: 50, items: text(200, 'The filter stars is not known.') } }),
      },
      optional: ['_dev'],
    },
  );

export const DIRECTORY = page(OFFER);
export const DIRECTORY_AGAIN = page(OFFER_AGAIN);
