import { categoryLabel, displayCashback, type DirectoryOffer, type DirectoryVenue, type LabelLanguage } from '@tallystick/offers';

const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1_000);

/** An offer in the fields of A.2.3; coordinates are `[lng, lat]`, as GeoJSON has them. */
export function showOffer(offer: DirectoryOffer, language: LabelLanguage): object {
  const { merchant, venues, rateBps, createdAt, endsAt, kind } = offer;
  const [first] = venues;
  return {
    created: seconds(createdAt),
    name: merchant.name,
    dv_name: merchant.name,
    status: 'active',
    quickType: kind,
    cashback_decimal: rateBps === null ? null : rateBps / 10_000,
    dv_cashback: displayCashback(offer),
    expires: endsAt?.toISOString() ?? null,
    media: merchant.logoUrl,
    raw_category: merchant.category,
    dv_category: categoryLabel(merchant.category, language),
    dv_address: first ? addressOf(first) : '',
    dv_latlng: first ? [first.longitude, first.latitude] : [],
    price_level: merchant.priceLevel,
    rating: merchant.rating / 10,
    popularity: Number(merchant.popularity),
    venues: venues.map(showVenue),
  };
}

const BUSINESS_TYPES = { physical_venue: 'physicalVenue', ecommerce: 'ecommerce' } as const;

/** The same with what the second version has besides. */
export function showOfferAgain(offer: DirectoryOffer, language: LabelLanguage): object {
  const { socialMedia } = offer.merchant;
  return {
    ...showOffer(offer, language),
    business_type: showBusiness(offer),
    socialMedia: socialMedia.map(({ network, url: link }) => ({ [network]: link })),
    // The vendor's page reads it of every physical venue; empty says that the hours are not known, and they are not kept here.
    opening_hours: {},
  };
}

/**
 * Of what kind a business is, or must be by what is known of it: the vendor's page breaks down over one without a kind when its links are
 * opened, so that `""` is left to those that have no place and no page (A.2.3).
 */
function showBusiness({ merchant: { businessType, url }, venues }: DirectoryOffer): object | '' {
  const kind = businessType ?? (venues.length > 0 ? 'physical_venue' : url !== null ? 'ecommerce' : null);
  return kind === null ? '' : { type: BUSINESS_TYPES[kind], url: url ?? '' };
}

const addressOf = ({ streetAddress, zipcode }: DirectoryVenue): string => [streetAddress, zipcode].filter(Boolean).join(', ');

const showVenue = ({ id, name, status, zipcode, streetAddress, latitude, longitude, distance }: DirectoryVenue): object => ({
  _id: id,
  name,
  status,
  address: {
    _id: id,
    zipcode,
    street_address: streetAddress,
    location: { type: 'Point', coordinates: [longitude, latitude], ...(distance !== null && { distance: Math.round(distance) }) },
  },
});
