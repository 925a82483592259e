import type { MerchantStatus } from './merchant.js';
import type { Place } from './place.policy.js';

/** A place where a merchant sells. */
export interface Venue extends Place {
  readonly id: string;
  readonly merchantId: string;
  /** The institution's own id of the venue, unique within the merchant. */
  readonly reference: string;
  readonly name: string;
  readonly status: MerchantStatus;
  readonly streetAddress: string | null;
  readonly zipcode: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The columns of `venue v` under the names of `Venue`. */
export const VENUE_COLUMNS = `v.id, v.merchant_id as "merchantId", v.reference, v.name, v.status, v.street_address as "streetAddress", v.zipcode,
  v.latitude, v.longitude, v.created_at as "createdAt", v.updated_at as "updatedAt"`;
