import { ActivateOffer } from './activate-offer.operation.js';
import { FindOffers } from './find-offers.query.js';
import { SaveOffer } from './save-offer.operation.js';

/** What is done with offers. */
export const OFFER_OPERATIONS = [ActivateOffer, FindOffers, SaveOffer] as const;
