import type { TenantContext } from '@tallystick/kernel';
import { SaveMerchant, SaveOffer, SaveVenue, type Category } from '@tallystick/offers';
import type { WriteTx } from '@tallystick/platform';
import { DEMO, type DemoGround } from './demo.js';

interface DemoMerchant {
  readonly reference: string;
  readonly name: string;
  readonly category: Category;
  readonly mcc: string;
  readonly rating: number;
  readonly priceLevel: number;
  readonly url?: string;
  readonly offer: {
    readonly name: string;
    readonly kind: 'first_time' | 'recurring';
    readonly rateBps: number;
    readonly requiresActivation?: boolean;
  };
  readonly venues: readonly (readonly [name: string, latitude: number, longitude: number])[];
}

const MERCHANTS: readonly DemoMerchant[] = [
  {
    reference: 'CAFE-NERO',
    name: 'Café Nero',
    category: 'restaurants-bars',
    mcc: '5812',
    rating: 45,
    priceLevel: 2,
    offer: { name: 'Five per cent back', kind: 'recurring', rateBps: 500 },
    venues: [['Centro', 19.4326, -99.1332], ['Roma Norte', 19.4195, -99.1625], ['Coyoacán', 19.3467, -99.1617]], // prettier-ignore
  },
  {
    reference: 'CORNER-BOOKS',
    name: 'Corner Books',
    category: 'books-games-movies-music',
    mcc: '5942',
    rating: 48,
    priceLevel: 1,
    offer: { name: 'Welcome: a tenth of your first purchase', kind: 'first_time', rateBps: 1_000 },
    venues: [['Condesa', 19.4117, -99.1743]], // prettier-ignore
  },
  {
    reference: 'FIT-HOUSE',
    name: 'Fit House',
    category: 'fitness-sports',
    mcc: '7997',
    rating: 39,
    priceLevel: 3,
    url: 'https://fit-house.example',
    offer: { name: 'Three per cent, once activated', kind: 'recurring', rateBps: 300, requiresActivation: true },
    venues: [['Polanco', 19.4334, -99.1904], ['Guadalajara', 20.6736, -103.344]], // prettier-ignore
  },
];

/** Gives a tenant of the demo some merchants with venues and an offer each, once; what somebody changed since stays as it is. */
export const openOffers = ({ uow }: DemoGround, ctx: TenantContext): Promise<void> =>
  uow.run(ctx, async (tx) => {
    const known = await tx.query('select from merchant where tenant_id = $1 and reference = any($2::text[]) limit 1', [
      ctx.tenantId,
      MERCHANTS.map(({ reference }) => reference),
    ]);
    if (known.length === 0) for (const merchant of MERCHANTS) await open(tx, merchant);
  });

async function open(tx: WriteTx<TenantContext>, { offer, venues, mcc, url, ...merchant }: DemoMerchant): Promise<void> {
  const { id } = await new SaveMerchant().create(tx, {
    ...merchant,
    status: 'active',
    businessType: 'physical_venue',
    url: url ?? null,
    logoUrl: null,
    socialMedia: [],
    mccs: [mcc],
    identifiers: { merchantIds: [`${merchant.reference}-01`], terminalIds: [], descriptors: [merchant.name.toUpperCase()] },
  });
  for (const [name, latitude, longitude] of venues)
    await new SaveVenue().create(tx, id, {
      reference: name,
      name: `${merchant.name} ${name}`,
      status: 'active',
      streetAddress: null,
      zipcode: null,
      latitude,
      longitude,
    });
  const saveOffer = new SaveOffer();
  const drafted = await saveOffer.create(tx, {
    merchantId: id,
    reference: `${merchant.reference}-OFFER`,
    name: offer.name,
    kind: offer.kind,
    currency: DEMO.currency,
    rateBps: offer.rateBps,
    fixedAmount: null,
    rounding: 'half_up',
    minAmount: null,
    capPerTransaction: 10_000n,
    capPerPeriod: null,
    capPeriod: null,
    perUserLimit: null,
    budget: 5_000_000n,
    fundedBy: { merchant: 10_000, institution: 0, platform: 0 },
    shares: { customer: 8_000, institution: 1_500, platform: 500 },
    requiresActivation: offer.requiresActivation ?? false,
    endsAt: null,
  });
  await saveOffer.step(tx, drafted.id, 'active');
}
