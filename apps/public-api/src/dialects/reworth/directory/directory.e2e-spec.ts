import { openApiClient } from '../../../../../../test/support/identity.js';
import { openIntegrator } from '../../../../../../test/support/integrator.js';
import { openMerchant, openOffer, openVenue } from '../../../../../../test/support/offers.js';
import { startReworth, type ReworthApi, type ReworthSaid } from '../../../../../../test/support/reworth.js';

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

  it('answers every request of the page that the vendor publishes, as it builds them', async () => {
    const requests = [
      ['filters=&p=1', 3],
      ['filters=geo&geo_payload=19.4326,-99.1332&p=1', 1],
      ['filters=recent&recent_payload=DESC&p=1', 3],
      ['filters=rating&rating_payload=DESC&uuid=C1&p=1', 3],
      ['filters=discountSort&discountSort_payload=DESC&p=1', 3],
      [
        'filters=category,offerType,price,businessType&category_payload=culture,home&offerType_payload=first_time&price_payload=2&businessType_payload=ecommerce&p=1',
        1,
      ],
      ['filters=businessName&businessName_payload=bri&name=Bri&p=1', 1],
    ] as const;
    for (const [query, count] of requests)
      expect([query, (await directory(query, '/directory-v2')).body.data.length]).toEqual([query, count]);
    expect(names(await directory('filters=price&price_payload=DESC&sort=ASC&p=1'))).toBe('Brio Coro Alba');
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
