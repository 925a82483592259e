import { Module } from '@nestjs/common';
import { LedgerModule } from '@tallystick/ledger';
import { LoyaltyModule } from '@tallystick/loyalty';
import { CASHBACK_OPERATIONS } from './cashback/cashback-operations.js';
import { CLAIM_OPERATIONS } from './claims/claim-operations.js';
import { DIRECTORY_OPERATIONS } from './directory/directory-operations.js';
import { CONCILIATION_OPERATIONS } from './conciliation/conciliation-operations.js';
import { INSTITUTION_OPERATIONS } from './institutions/institution-operations.js';
import { MERCHANT_OPERATIONS } from './merchants/merchant-operations.js';
import { OfferClock } from './offer-clock.js';
import { OfferFiles } from './offer-files.js';
import { OFFER_OPERATIONS } from './offers/offer-operations.js';
import { RECOMMENDER_OPERATIONS } from './recommender/recommender-operations.js';

const ROOM = [
  ...CASHBACK_OPERATIONS,
  ...CONCILIATION_OPERATIONS,
  ...CLAIM_OPERATIONS,
  ...DIRECTORY_OPERATIONS,
  ...INSTITUTION_OPERATIONS,
  ...MERCHANT_OPERATIONS,
  ...OFFER_OPERATIONS,
  ...RECOMMENDER_OPERATIONS,
  OfferClock,
  OfferFiles,
];

/** Merchants, what they offer to card holders, and what became of it. */
@Module({ imports: [LedgerModule, LoyaltyModule], providers: ROOM, exports: ROOM })
export class OffersModule {}
