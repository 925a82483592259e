import { FindMerchants } from './find-merchants.query.js';
import { MatchMerchants } from './match-merchants.query.js';
import { SaveMerchant } from './save-merchant.operation.js';
import { SaveVenue } from './save-venue.operation.js';

/** What is done with merchants. */
export const MERCHANT_OPERATIONS = [FindMerchants, MatchMerchants, SaveMerchant, SaveVenue] as const;
