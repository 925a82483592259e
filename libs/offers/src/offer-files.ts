import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RowKinds, type RowKind } from '@tallystick/loyalty';
import { SettlementRows } from './conciliation/settlement-rows.js';
import { MerchantRows } from './merchants/merchant-rows.js';
import { VenueRows } from './merchants/venue-rows.js';
import { OfferRows } from './offers/offer-rows.js';

/** Lets files tell of merchants, venues, offers, and of what card transactions did settle. */
@Injectable()
export class OfferFiles implements OnModuleInit {
  constructor(
    private readonly kinds: RowKinds,
    private readonly merchants: MerchantRows,
    private readonly venues: VenueRows,
    private readonly offers: OfferRows,
    private readonly settlement: SettlementRows,
  ) {}

  onModuleInit(): void {
    for (const kind of [this.merchants, this.venues, this.offers, this.settlement]) this.kinds.register(kind as RowKind);
  }
}
