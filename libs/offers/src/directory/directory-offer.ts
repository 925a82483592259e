import type { Category } from '../merchants/category.js';
import type { BusinessType, SocialLink } from '../merchants/merchant.js';
import type { MerchantStatus } from '../merchants/merchant.js';
import type { Offer } from '../offers/offer.js';
import type { OfferReason } from '../recommender/customer.js';

/** Where an offer holds. */
export interface DirectoryVenue {
  readonly id: string;
  readonly reference: string;
  readonly name: string;
  readonly status: MerchantStatus;
  readonly streetAddress: string | null;
  readonly zipcode: string | null;
  readonly latitude: number;
  readonly longitude: number;
  /** Metres from the place that was asked about; null where none was. */
  readonly distance: number | null;
}

/** An offer as customers see it. */
export interface DirectoryOffer extends Offer {
  readonly merchant: {
    readonly id: string;
    readonly reference: string;
    readonly name: string;
    readonly category: Category;
    readonly priceLevel: number;
    /** In tenths of a star. */
    readonly rating: number;
    readonly popularity: bigint;
    readonly businessType: BusinessType | null;
    readonly url: string | null;
    readonly logoUrl: string | null;
    readonly socialMedia: readonly SocialLink[];
  };
  /** When the member who was named activated it; null where they did not, or none was named. */
  readonly activatedAt: Date | null;
  /** Why it is shown to the customer who was named; null where none was, or nothing speaks for it. */
  readonly reason: OfferReason | null;
  /** Metres from the place that was asked about to the nearest venue; null where none was asked about, or there is none. */
  readonly distance: number | null;
  /** The nearest, or where no place was asked about the first by reference; no more than `VENUES_SHOWN`. */
  readonly venues: readonly DirectoryVenue[];
}

/** Venues that are shown of one offer. */
export const VENUES_SHOWN = 20;
