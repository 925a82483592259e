import { Module } from '@nestjs/common';
import { LedgerModule } from '@tallystick/ledger';
import { LoyaltyModule } from '@tallystick/loyalty';
import { MERCHANT_OPERATIONS } from './merchants/merchant-operations.js';
import { OFFER_OPERATIONS } from './offers/offer-operations.js';

const ROOM = [...MERCHANT_OPERATIONS, ...OFFER_OPERATIONS];

/** Merchants, what they offer to card holders, and what became of it. */
@Module({ imports: [LedgerModule, LoyaltyModule], providers: ROOM, exports: ROOM })
export class OffersModule {}
