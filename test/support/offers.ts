import type { TenantContext } from '@tallystick/kernel';
import {
  SaveMerchant,
  SaveOffer,
  SaveVenue,
  type Identifiers,
  type Merchant,
  type MerchantInput,
  type Offer,
  type OfferInput,
} from '@tallystick/offers';
import type { UnitOfWork, WriteTx } from '@tallystick/platform';

/** A merchant that card transactions know by nothing yet. */
export const merchantInput = (
  given: Partial<Omit<MerchantInput, 'identifiers'>> & { identifiers?: Partial<Identifiers> } = {},
): MerchantInput => ({
  name: 'Café Nero',
  category: 'restaurants-bars',
  status: 'active',
  priceLevel: 2,
  rating: 45,
  businessType: 'physical_venue',
  url: null,
  logoUrl: null,
  socialMedia: [],
  mccs: [],
  ...given,
  identifiers: { merchantIds: [], terminalIds: [], descriptors: [], ...given.identifiers },
});

/** Five per cent of every purchase, paid by the merchant, all of it the customer's. */
export const offerInput = (merchantId: string, given: Partial<OfferInput> = {}): OfferInput => ({
  merchantId,
  name: 'Five per cent back',
  kind: 'recurring',
  currency: 'MXN',
  rateBps: 500,
  fixedAmount: null,
  rounding: 'half_up',
  minAmount: null,
  capPerTransaction: null,
  capPerPeriod: null,
  capPeriod: null,
  perUserLimit: null,
  budget: null,
  fundedBy: { merchant: 10_000, institution: 0, platform: 0 },
  shares: { customer: 10_000, institution: 0, platform: 0 },
  requiresActivation: false,
  endsAt: null,
  ...given,
});

/** Registers a merchant. */
export const openMerchant = (uow: UnitOfWork, ctx: TenantContext, given: Parameters<typeof merchantInput>[0] = {}): Promise<Merchant> =>
  uow.run(ctx, (tx) => new SaveMerchant().create(tx, merchantInput(given)));

/** Puts an offer into force. */
export const openOffer = (uow: UnitOfWork, ctx: TenantContext, merchantId: string, given: Partial<OfferInput> = {}): Promise<Offer> =>
  uow.run(ctx, (tx) => activeOffer(tx, merchantId, given));

/** The same within a transaction. */
export async function activeOffer(tx: WriteTx<TenantContext>, merchantId: string, given: Partial<OfferInput> = {}): Promise<Offer> {
  const save = new SaveOffer();
  const { id } = await save.create(tx, offerInput(merchantId, given));
  return save.step(tx, id, 'active');
}

/** Registers a venue. */
export const openVenue = (uow: UnitOfWork, ctx: TenantContext, merchantId: string, name: string, latitude: number, longitude: number) =>
  uow.run(ctx, (tx) =>
    new SaveVenue().create(tx, merchantId, {
      name,
      latitude,
      longitude,
      status: 'active',
      streetAddress: `1 ${name} Street`,
      zipcode: '06700',
    }),
  );
