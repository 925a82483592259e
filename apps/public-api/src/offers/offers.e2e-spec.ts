import { cardItem, cashbackRoom } from '../../../../test/support/cashback.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { openMerchant, openOffer, openVenue } from '../../../../test/support/offers.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';
import type { OfferActivationDto, OfferDto } from './offer.dto.js';

const UNKNOWN = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
let api: PublicApi;
let near: string;
let far: string;
let draft: string;
let ann: { id: string; call: PublicApi['call'] };
beforeAll(async () => {
  api = await startPublicApi();
  const { uow } = api;
  const { ctx } = api.integrator;
  const open = async (name: string, latitude: number, given: object, merchant: object) => {
    const { id } = await openMerchant(uow, ctx, { name, ...merchant });
    await openVenue(uow, ctx, id, `${name} 1`, latitude, -99.13);
    return (await openOffer(uow, ctx, id, given)).id;
  };
  near = await open(
    'Café Nero',
    19.44,
    { reference: 'NERO-1', requiresActivation: true, minAmount: 10_000n },
    { socialMedia: [{ network: 'instagram', url: 'https://instagram.com/nero' }] },
  );
  far = await open(
    'Gandhi',
    19.5,
    { rateBps: null, fixedAmount: 5_000n, kind: 'first_time' },
    { category: 'education', rating: 39, businessType: null },
  );
  const { id } = await openMerchant(uow, ctx, { name: 'Idle' });
  draft = (await openOffer(uow, ctx, id, { startsAt: new Date(Date.now() + 86_400_000) })).id;
  const member = (await api.call<{ id: string }>('POST', '/members', { reference: 'ANN' })).body.data.id;
  const { access_token } = (await api.call<{ access_token: string }>('POST', `/members/${member}/token`)).body.data;
  ann = { id: member, call: api.as({ ...api.integrator, headers: { authorization: `Bearer ${access_token}` } }) };
});
afterAll(() => api?.close());

const names = async (query: string, call = api.call): Promise<unknown> => {
  const { status, body } = await call<OfferDto[]>('GET', `/offers?${query}`);
  return status === 200 ? body.data.map(({ merchant }) => merchant.name) : [status, body.code, ...Object.keys(body.errors)];
};

test('the directory is listed with what is ready to display, by distance, filters and orders', async () => {
  const [first] = (await api.call<OfferDto[]>('GET', '/offers?near=19.4326,-99.1332&language=es')).body.data;
  expect(first).toMatchObject({
    id: near,
    reference: 'NERO-1',
    status: 'active',
    available: true,
    merchant: {
      name: 'Café Nero',
      rating: 4.5,
      price_level: 2,
      social_media: [{ network: 'instagram', url: 'https://instagram.com/nero' }],
    },
    cashback: { rate_bps: 500, amount: null },
    display: { cashback: '5%', category: 'Restaurantes y bares' },
    min_amount: '100.00',
    requires_activation: true,
    activated_at: null,
    distance_m: 889,
    venues: [{ name: 'Café Nero 1', latitude: 19.44, distance_m: 889 }],
  });
  expect([
    await names(''),
    await names('near=19.4326,-99.1332&radius_m=1000'),
    await names('near=19.4326,-99.1332&ordering=-name'),
    await names('ordering=rating'),
    await names('ordering=-cashback'),
    await names('category=education,home'),
    await names('kind=first_time'),
    await names('search=fé%20n'),
    await names('business_type=physical_venue&price_level=2'),
    await names('page=2&page_size=1&ordering=name'),
  ]).toEqual([
    expect.arrayContaining(['Gandhi', 'Café Nero']),
    ['Café Nero'],
    ['Gandhi', 'Café Nero'],
    ['Gandhi', 'Café Nero'],
    ['Café Nero', 'Gandhi'],
    ['Gandhi'],
    ['Gandhi'],
    ['Café Nero'],
    ['Café Nero'],
    ['Gandhi'],
  ]);
  const { meta } = (await api.call('GET', '/offers?page=1&page_size=1')).body;
  expect(meta.pagination).toMatchObject({ total: 2, total_pages: 2, has_next: true });
  const { next_cursor } = (await api.call('GET', '/offers?page_size=1&ordering=name')).body.meta.pagination;
  expect(await names(`page_size=1&ordering=name&cursor=${next_cursor}`)).toEqual(['Gandhi']);
  expect(await names(`page_size=1&ordering=-name&cursor=${next_cursor}`)).toEqual([400, 'validation_error', 'cursor']);
});

test.each([
  ['category=nothing', 'category'],
  ['category=home,education,culture,other', 'category'],
  ['near=19.43', 'near'],
  ['near=99,10', 'near'],
  ['radius_m=100', 'radius_m'],
  ['price_level=6', 'price_level'],
  ['ordering=distance', 'ordering'],
  [`member_id=${UNKNOWN}&member_reference=ANN`, 'member_id'],
])('%s is refused', async (query, field) => {
  expect(await names(query)).toEqual([400, 'validation_error', field]);
});

test('an offer is activated for a member by their institution, and by themselves, once each', async () => {
  const activate = (body: object, call = api.call, id = near) => call<OfferActivationDto>('POST', `/offers/${id}/activate`, body);
  const shown = async (query: string, call = api.call) => (await call<OfferDto>('GET', `/offers/${near}${query}`)).body.data.activated_at;
  const mine = await activate({}, ann.call);
  expect(mine).toMatchObject({ status: 200, body: { data: { offer_id: near, member_id: ann.id } } });
  const { activated_at } = mine.body.data;
  expect((await activate({ member_reference: 'ANN' })).body.data.activated_at).toBe(activated_at);
  expect([await shown('', ann.call), await shown(`?member_id=${ann.id}`), await shown('?member_reference=NEW'), await shown('')]).toEqual([
    activated_at,
    activated_at,
    null,
    null,
  ]);
  const fresh = (await activate({ member_reference: 'NEW' })).body.data;
  expect((await api.call<{ id: string }>('GET', '/members/by-reference/NEW')).body.data.id).toBe(fresh.member_id);
  const gone = await api.call('DELETE', `/offers/${near}/activate?member_reference=NEW`);
  expect([gone.status, (await api.call('DELETE', `/offers/${near}/activate?member_reference=NEW`)).status]).toEqual([200, 404]);
  expect((await ann.call('DELETE', `/offers/${near}/activate`)).status).toBe(200);
  const refused = async (body: object, call = api.call, id = near) => {
    const said = await activate(body, call, id);
    return [said.status, said.body.code];
  };
  expect([
    await refused({}),
    await refused({ member_id: UNKNOWN }),
    await refused({ member_id: UNKNOWN }, ann.call),
    await refused({ member_reference: 'ANN' }, ann.call),
    await refused({ member_reference: 'ANN' }, api.call, UNKNOWN),
    await refused({ member_reference: 'ANN' }, api.call, draft),
  ]).toEqual([
    [400, 'validation_error'],
    [404, 'not_found'],
    [404, 'not_found'],
    [400, 'validation_error'],
    [404, 'not_found'],
    [409, 'invalid_state'],
  ]);
});

test('a member is shown what they buy first, with the reason, and not what they can earn nothing by', async () => {
  const stranger = await openIntegrator(api.app);
  const bank = api.as(stranger);
  const open = async (name: string, kind: 'recurring' | 'first_time') => {
    const { id } = await openMerchant(api.uow, stranger.ctx, { name, identifiers: { merchantIds: [name] } });
    return (await openOffer(api.uow, stranger.ctx, id, { kind, startsAt: new Date('2020-01-01T00:00:00Z') })).id;
  };
  const [, cafe] = [await open('Once', 'first_time'), await open('Cafe', 'recurring'), await open('Diner', 'recurring')];
  const date = new Date(Date.now() - 86_400_000).toISOString();
  await api.uow.run(stranger.ctx, async (tx) => {
    const items = ['Once', 'Cafe', 'Cafe'].map((shop, n) =>
      cardItem(`p${n}`, 'EVE', { currency: 'MXN', date, merchant: { merchant_id: shop } }),
    );
    await cashbackRoom().post.execute(tx, { requestId: 'r', lines: items.map((item) => ({ item })), raw: items });
  });
  const list = async (query: string) => (await bank<OfferDto[]>('GET', `/offers?${query}`)).body;
  const { data, meta } = await list('member_reference=EVE&page_size=1');
  expect(data).toMatchObject([
    { id: cafe, reason: { code: 'bought_here_before', purchases: 2, last_bought_at: date, category: null, merchant_id: null } },
  ]);
  const rest = await list(`member_reference=EVE&page_size=9&cursor=${(meta.pagination as { next_cursor: string }).next_cursor}`);
  expect(rest.data.map(({ merchant, reason }) => [merchant.name, reason])).toEqual([['Diner', null]]);
  expect((await list('member_reference=EVE&page=1')).meta.pagination).toMatchObject({ total: 2 });
  expect((await list('')).data.map(({ reason }) => reason)).toEqual([null, null, null]);
  expect((await bank<OfferDto>('GET', `/offers/${cafe}?member_reference=EVE`)).body.data.reason?.code).toBe('bought_here_before');
  const other = await bank('GET', `/offers?member_reference=ANN&cursor=${(meta.pagination as { next_cursor: string }).next_cursor}`);
  expect([other.status, other.body.code]).toEqual([400, 'validation_error']);
});

test('a single offer is shown also when it does not hold, and to nobody of another tenant (AZN-01)', async () => {
  expect((await api.call<OfferDto>('GET', `/offers/${draft}`)).body.data).toMatchObject({ available: false, status: 'active' });
  expect((await api.call<OfferDto>('GET', `/offers/${far}`)).body.data).toMatchObject({
    available: true,
    cashback: { rate_bps: null, amount: '50.00' },
    display: { cashback: '50.00 MXN', category: 'Education' },
  });
  const stranger = api.as(await openIntegrator(api.app));
  expect([
    (await stranger('GET', `/offers/${near}`)).status,
    await names('', stranger),
    (await api.call('GET', `/offers/${near}?member_id=${UNKNOWN}`)).status,
  ]).toEqual([404, [], 404]);
  expect((await stranger('POST', `/offers/${near}/activate`, { member_reference: 'X' })).status).toBe(404);
});
