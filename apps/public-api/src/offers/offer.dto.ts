import { currencyExponent, formatDecimal } from '@tallystick/kernel';
import {
  BUSINESS_TYPES,
  CATEGORIES,
  NETWORKS,
  OFFER_KINDS,
  OFFER_REASONS,
  VENUES_SHOWN,
  categoryLabel,
  displayCashback,
  type DirectoryOffer,
  type LabelLanguage,
  type OfferActivation,
} from '@tallystick/offers';
import { Choice, Currency, Flag, Integer, ListOf, Moment, MoneyText, Nested, PointsValue, Text, Uuid } from '@tallystick/platform';

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
