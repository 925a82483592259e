import { ActivateOffer } from './activate-offer.operation.js';
import { FindOffers } from './find-offers.query.js';
import { OfferRows } from './offer-rows.js';
import { SaveOffer } from './save-offer.operation.js';

/** What is done with offers. */
export const OFFER_OPERATIONS = [ActivateOffer, FindOffers, OfferRows, SaveOffer] as const;
