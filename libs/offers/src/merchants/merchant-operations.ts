import { FindMerchants } from './find-merchants.query.js';
import { MatchMerchants } from './match-merchants.query.js';
import { MerchantRows } from './merchant-rows.js';
import { SaveMerchant } from './save-merchant.operation.js';
import { SaveVenue } from './save-venue.operation.js';
import { VenueRows } from './venue-rows.js';

/** What is done with merchants. */
export const MERCHANT_OPERATIONS = [FindMerchants, MatchMerchants, MerchantRows, SaveMerchant, SaveVenue, VenueRows] as const;
