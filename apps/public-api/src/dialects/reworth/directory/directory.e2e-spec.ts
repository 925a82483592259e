import { openApiClient } from '../../../../../../test/support/identity.js';
import { openIntegrator } from '../../../../../../test/support/integrator.js';
import { openMerchant, openOffer, openVenue } from '../../../../../../test/support/offers.js';
import { approveInstitution, startReworth, type ReworthApi, type ReworthSaid } from '../../../../../../test/support/reworth.js';

type Offer = Record<string, unknown> & { name: string };

let reworth: ReworthApi;
let fiid: string;
beforeAll(async () => {
  reworth = await startReworth();
  fiid = reworth.api.integrator.ctx.tenantId;
  const { uow, integrator } = reworth.api;
  const open = async (merchant: object, offer: object, ...venues: [number, number][]) => {
    const { id, name } = await openMerchant(uow, integrator.ctx, merchant);
    for (const [latitude, longitude] of venues) await openVenue(uow, integrator.ctx, id, `${name} ${latitude}`, latitude, longitude);
    await openOffer(uow, integrator.ctx, id, offer);
  };
  await open({ name: 'Alba', category: 'education', priceLevel: 1, rating: 30 }, {}, [19.44, -99.13], [25, -100]);
  await open(
    {
      name: 'Brio',
      category: 'culture',
      priceLevel: 2,
      rating: 50,
      businessType: 'ecommerce',
      url: 'https://brio.example',
      logoUrl: 'https://brio.example/logo.png',
      socialMedia: [{ network: 'instagram', url: 'https://instagram.example/brio' }],
    },
    { kind: 'first_time', rateBps: 925, endsAt: new Date('2126-01-01T00:00:00Z') },
  );
  await open(
    { name: 'Coro', category: 'education', priceLevel: 2, rating: 40, businessType: null },
    { rateBps: null, fixedAmount: 5_000n },
  );
});
afterAll(() => reworth?.api.close());

const directory = (query: string, path = '/directory') => reworth.guest<Offer[]>('GET', `${path}?fiid=${fiid}${query && `&${query}`}`);
const names = ({ body }: ReworthSaid<Offer[]>): string => body.data.map(({ name }) => name).join(' ');

describe('the directory', () => {
  it('shows offers to guests, field for field, with coordinates as [lng, lat] (A.2.3)', async () => {
    const { status, headers, body } = await directory('filters=geo&geo_payload=19.4326,-99.1332');
    expect(status).toBe(200);
    const [lng, lat] = [-99.13, 19.44];
    const address = (distance: number | null, coordinates: number[], n: number) => ({
      _id: expect.any(String),
      zipcode: '06700',
      street_address: `1 Alba ${n} Street`,
      location: { type: 'Point', coordinates, ...(distance !== null && { distance: expect.any(Number) }) },
    });
    const venue = (n: number, coordinates: number[]) => ({
      _id: expect.any(String),
      name: `Alba ${n}`,
      status: 'active',
      address: address(1, coordinates, n),
    });
    const alba = {
      created: expect.any(Number),
      name: 'Alba',
      dv_name: 'Alba',
      status: 'active',
      quickType: 'recurring',
      cashback_decimal: 0.05,
      dv_cashback: '5%',
      expires: null,
      media: null,
      raw_category: 'education',
      dv_category: 'Educación',
      dv_address: '1 Alba 19.44 Street, 06700',
      dv_latlng: [lng, lat],
      price_level: 1,
      rating: 3,
      popularity: 0,
      venues: [venue(19.44, [lng, lat]), venue(25, [-100, 25])],
    };
    const pages = { pages: 1, page: 1, hasPrevPage: false, hasNextPage: false, totalCount: 1, prev: null, next: null };
    expect(body).toEqual({ success: true, message: null, data: [alba], ...pages });
    expect((alba.created as unknown) && body.data[0]!.created).toBeLessThan(10_000_000_000);
    expect([headers['access-control-allow-origin'], headers['access-control-allow-credentials']]).toEqual(['*', undefined]);
  });

  it('has more of each in its second version, and filters, sorts and searches the same', async () => {
    const again = await directory('sort=ASC', '/directory-v2');
    expect(again.body.data.map(({ business_type, socialMedia, opening_hours }) => ({ business_type, socialMedia, opening_hours }))).toEqual(
      [
        { business_type: { type: 'physicalVenue', url: '' }, socialMedia: [], opening_hours: {} },
        {
          business_type: { type: 'ecommerce', url: 'https://brio.example' },
          socialMedia: [{ instagram: 'https://instagram.example/brio' }],
          opening_hours: {},
        },
        { business_type: '', socialMedia: [], opening_hours: {} },
      ],
    );
    expect(again.body.data[1]).toMatchObject({
      quickType: 'first_time',
      dv_cashback: '9.25%',
      cashback_decimal: 0.0925,
      expires: '2126-01-01T00:00:00.000Z',
      media: 'https://brio.example/logo.png',
      dv_latlng: [],
      dv_address: '',
      venues: [],
    });
    expect(again.body.data[2]).toMatchObject({ dv_cashback: '50.00 MXN', cashback_decimal: null });
    for (const path of ['/directory', '/directory-v2']) {
      expect(names(await directory('sort=DESC', path))).toBe('Coro Brio Alba');
      expect(names(await directory('filters=rating&rating_payload=DESC', path))).toBe('Brio Coro Alba');
      expect(names(await directory('filters=price,rating&price=2&rating_payload=ASC', path))).toBe('Coro Brio');
      expect(names(await directory('filters=category&category_payload=education&sort=ASC', path))).toBe('Alba Coro');
      expect(names(await directory('filters=&name=ORO', path))).toBe('Coro');
    }
  });

  it('is read in pages from 1 on, each offer once', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((p) => directory(`epp=1&p=${p}`)));
    expect(new Set(pages.slice(0, 3).map(names)).size).toBe(3);
    expect(pages.map(({ body: { pages: all, page, hasPrevPage, hasNextPage, totalCount, prev, next, data } }) => [all, page, hasPrevPage, hasNextPage, totalCount, prev, next, (data).length])).toEqual([
      [3, 1, false, true, 3, null, 2, 1],
      [3, 2, true, true, 3, 1, 3, 1],
      [3, 3, true, false, 3, 2, null, 1],
      [3, 4, true, false, 3, 3, null, 0],
    ]); // prettier-ignore
  });

  it('tells what was sent and does nothing', async () => {
    const { body } = await directory('filters=stars&rating_payload=ASC&uuid=C1');
    expect(body._dev).toEqual({
      warnings: [
        'The filter stars is not known.',
        'The payload of rating is not used: filters does not name it.',
        'The uuid counts with a token alone.',
      ],
    });
  });

  it.each([
    ['filters=geo', 'geo_payload'],
    ['filters=geo&geo_payload=Roma', 'geo_payload'],
    ['filters=category&category_payload=tea', 'category_payload'],
    ['filters=popularity&popularity_payload=UP', 'popularity_payload'],
    ['filters=rating', 'rating_payload'],
    ['filters=price', 'price'],
    ['filters=price&price=six', 'price'],
    ['filters=geo,category,rating,popularity', 'filters'],
    ['sort=UP', 'sort'],
    ['epp=0', 'epp'],
    ['epp=101', 'epp'],
    ['p=0', 'p'],
    ['p=1.5', 'p'],
    ['rating=5', 'rating'],
  ])('refuses %s, naming %s, to pages too', async (query, field) => {
    const { status, headers, body } = await directory(query);
    expect([status, body.error, body.message]).toEqual([400, 'ValidationError', expect.stringContaining(`${field}: `)]);
    expect(headers['access-control-allow-origin']).toBe('*');
  });
});

describe("the page of the vendor's component (@reworthrewards/reworth-directory 1.1.32)", () => {
  let bank: string;
  beforeAll(async () => {
    const { uow, app } = reworth.api;
    const { ctx } = await openIntegrator(app);
    await approveInstitution({ uow, app }, ctx);
    bank = ctx.tenantId;
    const open = async (merchant: object, offer: object, ...latitudes: number[]) => {
      const { id } = await openMerchant(uow, ctx, merchant);
      for (const latitude of latitudes) await openVenue(uow, ctx, id, `Venue ${id} ${latitude}`, latitude, -99.1332);
      await openOffer(uow, ctx, id, offer);
    };
    const socialMedia = [
      { network: 'instagram', url: 'https://instagram.example/x' },
      { network: 'other', url: 'https://other.example/x' },
    ];
    await open({ name: 'H&M', category: 'clothing-store', priceLevel: 2, rating: 40 }, {}, 19.44, 25);
    await open({ name: '100% Natural', category: 'restaurants-bars', priceLevel: 5, rating: 30 }, { rateBps: 700 }, 19.5);
    await open(
      { name: 'Coro', category: 'culture', priceLevel: 4, rating: 45, businessType: null, socialMedia },
      { rateBps: null, fixedAmount: 5_000n },
      19.47,
    );
    const shop = { businessType: 'ecommerce', url: 'https://brio.example', logoUrl: 'https://brio.example/logo.png' };
    await open(
      { name: 'Brio', category: 'education', priceLevel: 1, rating: 50, ...shop, socialMedia: socialMedia.slice(0, 1) },
      { kind: 'first_time', rateBps: 925 },
    );
    for (let n = 1; n <= 8; n++) await open({ name: `Dulce ${n}`, category: 'home', priceLevel: 3, rating: 10 }, {}, 26);
  });

  /** What a click tells it, in the order in which it writes it. */
  type Asked = Partial<
    Record<'geo' | 'offerType' | 'recent' | 'popularity' | 'rating' | 'discountSort' | 'businessType' | 'businessName', string>
  > & { category?: string[]; price?: number | string };

  /** The request as it builds it: nothing is escaped but what a browser escapes. */
  const ask = (asked: Asked, { path = '/directory-v2', p = 1, uuid = '' } = {}) => {
    const set = Object.entries(asked);
    const payloads = set.map(([name, value]) => `&${name}_payload=${String(value)}`).join('');
    const query = `?filters=${set.map(([name]) => name).join()}${payloads}${uuid && `&uuid=${uuid}`}&fiid=${bank}&p=${p}`;
    return reworth.guest<Item[]>('GET', path + query, undefined, { accept: 'application/json, text/plain, */*', origin: 'https://bank.example' }); // prettier-ignore
  };

  /** What it reads of an offer; the last three in the second version. */
  interface Item {
    name: string;
    dv_cashback: string;
    media: string | null;
    price_level: number;
    rating: number;
    raw_category: string;
    quickType: string;
    dv_latlng: number[];
    venues: { address?: { location?: { distance?: number } } }[];
    business_type: { type: string; url: string };
    socialMedia: Record<string, string>[];
    opening_hours: { open?: boolean };
  }
  /** A card as it shows it; what it takes for granted, and breaks down without, throws here too. */
  const cardOf = (item: Item): string[] => {
    const { business_type, socialMedia, opening_hours, venues, dv_latlng } = item;
    const distance = venues[0]?.address?.location?.distance;
    const place = distance === undefined ? 'Location' : `${(distance / 1_000).toFixed(1)} km`;
    const hours = Object.keys(opening_hours).length === 0 ? '' : opening_hours.open ? ', open' : ', closed';
    const links = [...socialMedia.map((link) => link[Object.keys(link).toString()]!), business_type.url];
    for (const link of links) expect(link.indexOf('https://')).toBe(link === '' ? -1 : 0);
    return [
      `${item.name} ${'$'.repeat(Math.min(item.price_level, 4))} ${item.rating}: ${item.dv_cashback} cashback`,
      `${item.raw_category}, ${item.quickType === 'recurring' ? 'recurring' : 'welcome'}${hours}`,
      business_type.type === 'ecommerce' ? business_type.url : `${place} at ${dv_latlng[1]},${dv_latlng[0]}`,
      socialMedia.length === 0 && business_type.url === '' ? 'no more' : `more: ${links.length}`,
    ];
  };
  const shown = async (...args: Parameters<typeof ask>): Promise<string> => {
    const { status, headers, body } = await ask(...args);
    expect([status, headers['access-control-allow-origin'], headers['cross-origin-resource-policy']]).toEqual([200, '*', 'cross-origin']);
    return body.data.map(({ name }) => name).join(' | ');
  };

  it('has all that cards and their links are made of', async () => {
    const { data } = (await ask({ geo: '19.4326,-99.1332' })).body;
    expect(data.map(cardOf)).toEqual([
      ['H&M $$ 4: 5% cashback', 'clothing-store, recurring', '0.8 km at 19.44,-99.1332', 'no more'],
      ['Coro $$$$ 4.5: 50.00 MXN cashback', 'culture, recurring', '4.2 km at 19.47,-99.1332', 'more: 3'],
      ['100% Natural $$$$ 3: 7% cashback', 'restaurants-bars, recurring', '7.5 km at 19.5,-99.1332', 'no more'],
    ]);
    const [brio] = (await ask({ businessType: 'ecommerce' })).body.data;
    expect(cardOf(brio!)).toEqual([
      'Brio $ 5: 9.25% cashback',
      'education, welcome',
      'https://brio.example',
      'more: 2',
    ]); // prettier-ignore
    expect(brio!.media).toBe('https://brio.example/logo.png');
  });

  const geo = '19.4326,-99.1332';
  it.each<[string, Asked, string]>([
    ['the best rated', { rating: 'DESC' }, 'Brio | Coro | H&M | 100% Natural'],
    ['the best rated near a place', { geo, rating: 'DESC' }, 'Coro | H&M | 100% Natural'],
    ['the highest cashback near a place', { geo, discountSort: 'DESC' }, '100% Natural | H&M | Coro'],
    ['the latest near a place', { geo, recent: 'DESC' }, 'Coro | 100% Natural | H&M'],
    ['the latest of categories', { category: ['culture', 'education', 'other'], recent: 'DESC' }, 'Brio | Coro'],
    ['welcome rewards', { offerType: 'first_time' }, 'Brio'],
    ['what has two signs', { price: 2 }, 'H&M'],
    ['what has four signs, the most there are', { rating: 'DESC', price: 4 }, 'Coro | 100% Natural'],
    ['physical venues', { rating: 'DESC', businessType: 'physicalVenue' }, 'H&M | 100% Natural'],
    ['what meets every filter', { geo, category: ['clothing-store'], offerType: 'recurring', rating: 'DESC', price: 2, businessType: 'physicalVenue' }, 'H&M'], // prettier-ignore
    ['what is searched for', { businessName: 'oró' }, 'Coro'],
    ['what is searched for near a place', { geo, businessName: 'nat' }, '100% Natural'],
    ['a name with an ampersand', { businessName: 'H&M' }, 'H&M'],
    ['a name with a percent sign', { businessName: '100%' }, '100% Natural'],
    ['nothing', { businessName: 'zzz' }, ''],
  ])('shows %s', async (_, asked, expected) => expect((await shown(asked)).split(' | Dulce')[0]).toBe(expected));

  it('goes on to the last page as it is scrolled, whoever is named', async () => {
    const uuid = 'C08409803';
    const [first, second] = [await ask({}, { uuid }), await ask({}, { uuid, p: 2 })];
    expect([first.body.pages, first.body.hasNextPage, second.body.pages, second.body.hasNextPage]).toEqual([2, true, 2, false]);
    const all = [...first.body.data, ...second.body.data];
    expect([first.body.data.length, new Set(all.map((item) => cardOf(item)[0])).size]).toEqual([10, 12]);
  });

  it('shows the older list, whose tabs sort by price and popularity', async () => {
    const legacy = { path: '/directory' };
    expect(await shown({ geo, price: 'DESC' }, legacy)).toBe('100% Natural | Coro | H&M');
    expect(await shown({ geo, category: ['culture', 'restaurants-bars'], popularity: 'DESC' }, legacy)).toBe('Coro | 100% Natural');
    expect(await shown({ businessName: 'H&M' }, legacy)).toBe('H&M');
  });
});

describe('whose directory', () => {
  it('is that of the fiid for guests: a slug or an id of an approved institution', async () => {
    const { fiid: slug } = (await reworth.call('GET', '/my-fi')).body.data;
    expect(names(await reworth.guest('GET', `/directory?fiid=${slug as string}&sort=ASC`))).toBe('Alba Brio Coro');
    const pending = await openIntegrator(reworth.api.app);
    for (const named of [pending.ctx.tenantId, 'nobody', '00000000-0000-4000-8000-000000000000'])
      expect(await reworth.told(reworth.guest('GET', `/directory?fiid=${named}`))).toEqual([404, 'NotFound']);
    expect(await reworth.told(reworth.guest('GET', '/directory'))).toEqual([400, 'ValidationError']);
  });

  it('is that of the token, which names a customer and may read offers', async () => {
    expect(names(await reworth.call('GET', '/directory?uuid=C08409803&sort=ASC'))).toBe('Alba Brio Coro');
    expect(names(await reworth.call('GET', `/directory?uuid=C08409803&fiid=${fiid}&sort=ASC`))).toBe('Alba Brio Coro');
    const missing = await reworth.call('GET', '/directory');
    expect([missing.status, missing.body.message]).toEqual([400, expect.stringContaining('uuid: ')]);
    expect(await reworth.told(reworth.call('GET', '/directory?uuid=C1&fiid=nobody'))).toEqual([403, 'PermissionDenied']);
    expect(await reworth.told(reworth.guest('GET', `/directory?fiid=${fiid}`, undefined, { authorization: 'Bearer x.y.z' }))).toEqual([
      401,
      'TokenNotValid',
    ]);
    const other = await reworth.authenticate(await openApiClient(reworth.api.uow, reworth.api.integrator.ctx, ['cashback:read']));
    const headers = { authorization: `Bearer ${other.body.data.jwt}` };
    expect(await reworth.told(reworth.guest('GET', '/directory?uuid=C1', undefined, headers))).toEqual([403, 'PermissionDenied']);
  });

  it('is read by pages of any origin on its own paths alone, and without a preflight', async () => {
    const { headers } = await reworth.guest('GET', '/ping', undefined, { origin: 'https://bank.example' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await reworth.guest('OPTIONS', '/directory', undefined, { origin: 'https://bank.example' });
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([405, undefined]);
  });
});
