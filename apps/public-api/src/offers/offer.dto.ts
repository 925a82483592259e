import { currencyExponent, formatDecimal } from '@tallystick/kernel';
import {
  BUSINESS_TYPES,
  CATEGORIES,
  LABEL_LANGUAGES,
  LARGEST_RADIUS,
  NETWORKS,
  OFFER_KINDS,
  OFFER_REASONS,
  USUAL_RADIUS,
  VENUES_SHOWN,
  categoryLabel,
  displayCashback,
  type BusinessType,
  type Category,
  type DirectoryFilter,
  type DirectoryOffer,
  type DirectoryQuery,
  type LabelLanguage,
  type OfferActivation,
  type OfferKind,
  type Place,
} from '@tallystick/offers';
import {
  Choice,
  Currency,
  Flag,
  Integer,
  ListOf,
  Moment,
  MoneyText,
  Nested,
  Ordering,
  PageOrCursorQuery,
  PointsValue,
  QueryInteger,
  Search,
  Text,
  Uuid,
  ValidationFailed,
} from '@tallystick/platform';

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

class SocialLinkDto {
  @Choice(NETWORKS, { example: 'instagram' })
  network: string;

  @Text({ max: 500, example: 'https://instagram.com/cafenero' })
  url: string;
}

class OfferMerchantDto {
  @Uuid()
  id: string;

  @Text({ max: 128, example: 'MER-0001' })
  reference: string;

  @Text({ max: 200, example: 'Café Nero' })
  name: string;

  @Choice(CATEGORIES, { example: 'restaurants-bars' })
  category: string;

  @Integer({ min: 1, max: 5, description: '1, the cheapest, to 5.', example: 2 })
  price_level: number;

  @PointsValue({ description: 'Stars, 0 to 5, with one decimal.', example: 4.5 })
  rating: number;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How much is bought there, as it was counted last.', example: 1_204 })
  popularity: number;

  @Choice(BUSINESS_TYPES, { nullable: true, example: 'physical_venue' })
  business_type: string | null;

  @Text({ nullable: true, max: 500, example: 'https://cafenero.example' })
  url: string | null;

  @Text({ nullable: true, max: 500, example: 'https://cafenero.example/logo.png' })
  logo_url: string | null;

  @ListOf(() => SocialLinkDto, { max: 10 })
  social_media: readonly SocialLinkDto[];
}

class OfferCashbackDto {
  @Integer({
    min: 1,
    max: 10_000,
    nullable: true,
    description: 'Of a purchase, in hundredths of a per cent; null for a fixed amount.',
    example: 500,
  })
  rate_bps: number | null;

  @MoneyText({ nullable: true, description: 'Of each purchase, in the currency of the offer; null for a rate.', example: null })
  amount: string | null;
}

class OfferDisplayDto {
  @Text({ example: '5%' })
  cashback: string;

  @Text({ example: 'Restaurants and bars' })
  category: string;
}

class OfferVenueDto {
  @Uuid()
  id: string;

  @Text({ max: 128, example: 'VEN-0001' })
  reference: string;

  @Text({ max: 200, example: 'Café Nero Centro' })
  name: string;

  @Text({ nullable: true, max: 300, example: 'Madero 12' })
  street_address: string | null;

  @Text({ nullable: true, max: 20, example: '06700' })
  zipcode: string | null;

  @PointsValue({ example: 19.4326 })
  latitude: number;

  @PointsValue({ example: -99.1332 })
  longitude: number;

  @Integer({ min: 0, max: 20_100_000, nullable: true, description: 'From the place in `near`.', example: 812 })
  distance_m: number | null;
}

/** Why an offer is shown to a member. */
class OfferReasonDto {
  @Choice(OFFER_REASONS, { description: 'What spoke for it most.', example: 'bought_here_before' })
  code: string;

  @Integer({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    nullable: true,
    description: "Of `bought_here_before` the member's within a year, of `popular` everybody's within 90 days.",
    example: 3,
  })
  purchases: number | null;

  @Moment({ nullable: true, description: 'Of `bought_here_before`: when the member did last.' })
  last_bought_at: string | null;

  @Choice(CATEGORIES, { nullable: true, description: 'Of `category_you_like`: the category.', example: null })
  category: string | null;

  @Uuid({
    nullable: true,
    description: 'Of `customers_like_you`: a merchant where the member buys, as others do who buy here.',
    example: null,
  })
  merchant_id: string | null;
}

/** What a merchant promises to whoever pays there by card. */
export class OfferDto {
  @Uuid()
  id: string;

  @Text({ max: 128, example: 'OFF-0001' })
  reference: string;

  @Text({ max: 200, example: 'Five per cent back' })
  name: string;

  @Choice(OFFER_KINDS, { description: "For a customer's first rewarded purchase at the merchant, or for each.", example: 'recurring' })
  kind: string;

  @Choice(['active', 'paused', 'ended'], { example: 'active' })
  status: string;

  @Flag({ description: 'Whether it holds now: in force, begun and not over, with budget left.', example: true })
  available: boolean;

  @Nested(() => OfferMerchantDto)
  merchant: OfferMerchantDto;

  @Currency({ example: 'MXN' })
  currency: string;

  @Nested(() => OfferCashbackDto)
  cashback: OfferCashbackDto;

  @Nested(() => OfferDisplayDto, { description: 'Ready to display.' })
  display: OfferDisplayDto;

  @MoneyText({ nullable: true, description: 'Purchases below it earn nothing.', example: '100.00' })
  min_amount: string | null;

  @MoneyText({ nullable: true, description: 'The most that one purchase earns.', example: '150.00' })
  cap_per_transaction: string | null;

  @Moment()
  starts_at: string;

  @Moment({ nullable: true, example: '2027-03-31T18:29:59Z' })
  ends_at: string | null;

  @Flag({ example: false })
  requires_activation: boolean;

  @Moment({ nullable: true, description: 'When the member activated it; null where they did not, or no member was named.' })
  activated_at: string | null;

  @Nested(() => OfferReasonDto, {
    nullable: true,
    description: 'Why it is shown to the member; null where nothing speaks for it, or no member was named.',
  })
  reason: OfferReasonDto | null;

  @Integer({ min: 0, max: 20_100_000, nullable: true, description: 'From the place in `near` to the nearest venue.', example: 812 })
  distance_m: number | null;

  @ListOf(() => OfferVenueDto, { max: VENUES_SHOWN, description: `The ${VENUES_SHOWN} nearest; without a place the first by reference.` })
  venues: OfferVenueDto[];

  @Moment()
  created_at: string;

  static from(offer: DirectoryOffer, { available, language }: { available: boolean; language?: LabelLanguage }): OfferDto {
    const { merchant } = offer;
    const money = (value: bigint | null): string | null => (value === null ? null : formatDecimal(value, currencyExponent(offer.currency)));
    return {
      id: offer.id,
      reference: offer.reference,
      name: offer.name,
      kind: offer.kind,
      status: offer.status,
      available,
      merchant: {
        id: merchant.id,
        reference: merchant.reference,
        name: merchant.name,
        category: merchant.category,
        price_level: merchant.priceLevel,
        rating: merchant.rating / 10,
        popularity: Number(merchant.popularity),
        business_type: merchant.businessType,
        url: merchant.url,
        logo_url: merchant.logoUrl,
        social_media: merchant.socialMedia,
      },
      currency: offer.currency,
      cashback: { rate_bps: offer.rateBps, amount: money(offer.fixedAmount) },
      display: { cashback: displayCashback(offer), category: categoryLabel(merchant.category, language) },
      min_amount: money(offer.minAmount),
      cap_per_transaction: money(offer.capPerTransaction),
      starts_at: offer.startsAt.toISOString(),
      ends_at: offer.endsAt?.toISOString() ?? null,
      requires_activation: offer.requiresActivation,
      activated_at: offer.activatedAt?.toISOString() ?? null,
      reason: offer.reason && {
        code: offer.reason.code,
        purchases: offer.reason.purchases,
        last_bought_at: offer.reason.lastBoughtAt?.toISOString() ?? null,
        category: offer.reason.category,
        merchant_id: offer.reason.merchantId,
      },
      distance_m: whole(offer.distance),
      venues: offer.venues.map((venue) => ({
        id: venue.id,
        reference: venue.reference,
        name: venue.name,
        street_address: venue.streetAddress,
        zipcode: venue.zipcode,
        latitude: venue.latitude,
        longitude: venue.longitude,
        distance_m: whole(venue.distance),
      })),
      created_at: offer.createdAt.toISOString(),
    };
  }
}

const whole = (metres: number | null): number | null => (metres === null ? null : Math.round(metres));

/** That a member activated an offer. */
export class OfferActivationDto {
  @Uuid()
  offer_id: string;

  @Uuid()
  member_id: string;

  @Moment()
  activated_at: string;

  static from({ offerId, memberId, activatedAt }: OfferActivation): OfferActivationDto {
    return { offer_id: offerId, member_id: memberId, activated_at: activatedAt.toISOString() };
  }
}
