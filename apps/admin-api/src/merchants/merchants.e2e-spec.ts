import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TenantContext } from '@tallystick/kernel';
import { ProcessFiles } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { formOf } from '../../../../test/support/uploads.js';
import type { FileDto } from '../files/file.dto.js';
import type { OfferDto, OfferVersionDto } from '../offers/offer.dto.js';
import type { MerchantDto } from './merchant.dto.js';
import type { VenueDto } from './venue.dto.js';

let folder: string;
let api: AdminApi;
let ctx: TenantContext;
let manager: AdminCaller;
let call: AdminCaller['call'];
let auditor: AdminCaller;
let stranger: AdminCaller;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-imports-'));
  api = await startAdminApi({ TALLYSTICK_DATA_DIR: folder });
  ctx = await openTenant(api.uow, { currency: 'MXN' });
  manager = await api.person(ctx, 'manager');
  ({ call } = manager);
  auditor = await api.person(ctx, 'auditor');
  stranger = await api.person(await openTenant(api.uow), 'tenant_admin');
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});

const NERO = {
  reference: 'MER-1',
  name: 'Café Nero',
  category: 'restaurants-bars',
  rating: 4.7,
  mccs: ['5812'],
  descriptors: ['CAFE NERO'],
  terminal_ids: ['T1'],
};
const refusal = async (method: string, path: string, body?: object, by = call) => {
  const said = await by(method, path, body);
  return [said.status, said.body.code, ...Object.keys(said.body.errors ?? {})];
};

test('a merchant with its venues and offers is registered, changed, found and told apart from others', async () => {
  const made = await call<MerchantDto>('POST', '/merchants', NERO);
  expect(made).toMatchObject({
    status: 201,
    body: { data: { ...NERO, status: 'active', price_level: 1, popularity: 0, url: null, merchant_ids: [] } },
  });
  const { id } = made.body.data;
  const links = {
    url: 'https://nero.example',
    social_media: [{ network: 'tiktok', url: 'https://tiktok.com/nero' }],
    descriptors: ['NERO'],
    business_type: 'ecommerce',
  };
  const changed = await call<MerchantDto>('PATCH', `/merchants/${id}`, { ...links, price_level: 3 });
  expect(changed.body.data).toMatchObject({ ...links, price_level: 3, name: 'Café Nero', terminal_ids: ['T1'] });
  expect((await call<MerchantDto[]>('GET', '/merchants?search=nero&category=restaurants-bars&status=active')).body.data).toMatchObject([
    { id },
  ]);
  expect((await call<MerchantDto[]>('GET', '/merchants?reference=MER-2')).body.data).toEqual([]);
  expect((await call<MerchantDto>('GET', `/merchants/${id}`)).body.data).toEqual(changed.body.data);

  const venues = `/merchants/${id}/venues`;
  const place = { reference: 'V-1', name: 'Centro', latitude: 19.4326, longitude: -99.1332, zipcode: '06700' };
  const venue = await call<VenueDto>('POST', venues, place);
  expect(venue).toMatchObject({ status: 201, body: { data: { ...place, merchant_id: id, street_address: null, status: 'active' } } });
  const at = `${venues}/${venue.body.data.id}`;
  expect((await call<VenueDto>('PATCH', at, { street_address: 'Madero 12', zipcode: null })).body.data).toMatchObject({
    street_address: 'Madero 12',
    zipcode: null,
    latitude: 19.4326,
  });
  expect((await call<VenueDto>('GET', at)).body.data).toMatchObject({ street_address: 'Madero 12' });
  expect((await call<VenueDto[]>('GET', venues)).body.data).toHaveLength(1);
  expect([await refusal('POST', venues, place), await refusal('POST', venues, { ...place, latitude: 91 })]).toEqual([
    [409, 'duplicate', 'reference'],
    [400, 'validation_error', 'latitude'],
  ]);
  expect([(await call('DELETE', at)).status, (await call('DELETE', at)).status, (await call('GET', at)).status]).toEqual([200, 404, 404]);

  expect([
    await refusal('POST', '/merchants', NERO),
    await refusal('POST', '/merchants', { ...NERO, reference: 'MER-3' }),
    await refusal('POST', '/merchants', {
      ...NERO,
      reference: 'MER-3',
      category: 'toys',
      rating: 4.75,
      mccs: ['58'],
      logo_url: 'http://x.example/a.png',
    }),
    await refusal('PATCH', '/merchants/0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', { name: 'X' }),
    await refusal('PATCH', `/merchants/${id}`, { name: 'Mine' }, stranger.call),
    await refusal('GET', venues, undefined, stranger.call),
    await refusal('POST', '/merchants', NERO, auditor.call),
  ]).toEqual([
    [409, 'duplicate', 'reference'],
    [409, 'identifier_taken', 'terminal_ids'],
    [400, 'validation_error', 'category', 'rating', 'logo_url', 'mccs'],
    [404, 'not_found'],
    [404, 'not_found'],
    [404, 'not_found'],
    [403, 'permission_denied', 'permission'],
  ]);
  expect((await auditor.call('GET', '/merchants')).status).toBe(200);
});

test('an offer is drafted, put into force, changed in versions and ended', async () => {
  const { id: merchant_id } = (await call<MerchantDto>('POST', '/merchants', { name: 'Gandhi', category: 'books-games-movies-music' })).body
    .data;
  const draft = {
    merchant_id,
    reference: 'OFF-1',
    name: 'Five back',
    kind: 'recurring',
    currency: 'MXN',
    cashback: { rate_bps: 500 },
    budget: '50000.00',
    cap_per_period: { amount: '500', period: 'month' },
    shares: { customer: 8_000, institution: 1_500, platform: 500 },
  };
  const made = await call<OfferDto>('POST', '/offers', draft);
  expect(made).toMatchObject({
    status: 201,
    body: {
      data: {
        ...draft,
        cashback: { rate_bps: 500, amount: null },
        cap_per_period: { amount: '500.00', period: 'month' },
        funded_by: { merchant: 10_000, institution: 0, platform: 0 },
        status: 'draft',
        spent: '0.00',
        version: 1,
      },
    },
  });
  const at = `/offers/${made.body.data.id}`;
  expect((await call<OfferDto>('PATCH', at, { currency: 'JPY' })).body.data).toMatchObject({
    currency: 'JPY',
    budget: null,
    cap_per_period: null,
    cashback: { rate_bps: 500 },
  });
  expect(
    (await call<OfferDto>('PATCH', at, { currency: 'MXN', cashback: { amount: '12.50' }, cap_per_transaction: '20' })).body.data,
  ).toMatchObject({
    cashback: { rate_bps: null, amount: '12.50' },
    version: 3,
  });
  for (const [step, status] of [
    ['activate', 'active'],
    ['pause', 'paused'],
    ['activate', 'active'],
  ])
    // prettier-ignore
    expect((await call<OfferDto>('POST', `${at}/${step}`)).body.data).toMatchObject({ status, version: 3 });
  expect((await call<OfferDto[]>('GET', `/offers?status=active&merchant_id=${merchant_id}`)).body.data).toMatchObject([
    { reference: 'OFF-1' },
  ]);
  expect((await call<OfferDto>('GET', at)).body.data).toMatchObject({ status: 'active' });
  const versions = (await call<OfferVersionDto[]>('GET', `${at}/versions?page_size=2`)).body;
  expect([versions.data.map(({ version, terms }) => [version, terms.currency]), versions.meta.pagination.has_next]).toEqual([[[3, 'MXN'], [2, 'JPY']], true]); // prettier-ignore
  expect([
    await refusal('POST', `${at}/activate`),
    await refusal('POST', '/offers', draft),
    await refusal('POST', '/offers', { ...draft, reference: 'OFF-2', merchant_id: made.body.data.id }),
    await refusal('POST', '/offers', {
      ...draft,
      reference: 'OFF-2',
      cashback: { rate_bps: 500, amount: '1' },
      ends_at: '2020-01-01T00:00:00Z',
      starts_at: '2021-01-01T00:00:00Z',
    }),
    await refusal('POST', '/offers', { ...draft, reference: 'OFF-2', budget: '0.001', currency: 'MXN' }),
    await refusal('POST', '/offers', { ...draft, reference: 'OFF-2', shares: { customer: 9_000, institution: 0, platform: 0 } }),
    await refusal('PATCH', at, { currency: 'USD' }),
    await refusal('GET', at, undefined, stranger.call),
    await refusal('POST', `${at}/end`, undefined, auditor.call),
  ]).toEqual([
    [409, 'invalid_state', 'status'],
    [409, 'duplicate', 'reference'],
    [404, 'not_found', 'merchant_id'],
    [400, 'validation_error', 'cashback', 'ends_at'],
    [400, 'validation_error', 'budget'],
    [400, 'validation_error', 'shares'],
    [409, 'invalid_state', 'currency'],
    [404, 'not_found'],
    [403, 'permission_denied', 'permission'],
  ]);
  expect((await call<OfferDto>('POST', `${at}/end`)).body.data.status).toBe('ended');
  expect(await refusal('POST', `${at}/pause`)).toEqual([409, 'invalid_state', 'status']);
});

test('files of merchants, venues and offers say of each row what became of it, and may be sent again', async () => {
  const upload = async (where: string, content: string, fields: object = {}, by: AdminCaller = manager) => {
    const parts = Object.entries(fields).map(([field, value]) => ({ field, content: String(value) }));
    const form = formOf(...parts, { field: 'file', content, fileName: 'rows.csv', type: 'text/csv' });
    const taken = await by.call<FileDto>('POST', `/${where}/imports`, form.payload, form.headers as Record<string, string>);
    if (taken.status !== 201) return [taken.status, taken.body.code];
    await api.app.nest.get(ProcessFiles, { strict: false }).run(ctx);
    const { id } = taken.body.data;
    const { accepted, duplicates, rejected, status } = (await call<FileDto>('GET', `/files/${id}`)).body.data;
    const report = await api.app.nest.inject({ method: 'GET', url: `/api/v1/files/${id}/rejected`, headers: { ...manager.credential } });
    return [status, accepted, duplicates, rejected, rejected > 0 ? report.body : ''];
  };
  const merchants = [
    '\ufeffreference,name,category,rating,mccs,descriptors,social_media',
    'F-1,Alba,education,4.5,5812;5814,ALBA CAFE;ALBA CENTRO,',
    'F-2,"Brío, S.A.",toys,,,,',
    "F-3,'=Coro,culture,,,ALBA CAFE,",
    'F-4,Dulce,home,9,,,instagram=https://instagram.example/dulce; other=https://dulce.example/?a=b',
    'F-5,Eco,home,,,,myspace=https://eco.example',
  ].join('\r\n');
  const [status, accepted, duplicates, rejected, report] = await upload('merchants', merchants);
  expect([status, accepted, duplicates, rejected]).toEqual(['completed', 1, 0, 4]);
  expect(String(report).split('\r\n').slice(1, 5).map((line) => /,(\d+),(\w+),(\w+),/.exec(line)?.slice(1))).toEqual([
    ['3', 'category', 'validation_error'],
    ['4', 'descriptors', 'identifier_taken'],
    ['5', 'rating', 'validation_error'],
    ['6', 'social_media', 'validation_error'],
  ]); // prettier-ignore
  const corrected = String(report)
    .replace('toys', 'culture')
    .replace('ALBA CAFE', 'CORO')
    .replace(',9,', ',4.9,')
    .replace('myspace', 'youtube');
  expect(await upload('merchants', corrected)).toEqual(['completed', 4, 0, 0, '']);
  expect(await upload('merchants', corrected)).toEqual(['completed', 0, 4, 0, '']);
  expect((await call<MerchantDto[]>('GET', '/merchants?reference=F-4')).body.data[0]!.social_media).toEqual([
    { network: 'instagram', url: 'https://instagram.example/dulce' },
    { network: 'other', url: 'https://dulce.example/?a=b' },
  ]);
  expect((await call<MerchantDto[]>('GET', '/merchants?reference=F-3')).body.data).toMatchObject([
    { name: '=Coro', descriptors: ['CORO'] },
  ]);

  const venues =
    'merchant_reference,reference,name,latitude,longitude\nF-1,V-1,Centro,19.43,-99.13\nF-9,V-2,Nowhere,19.43,-99.13\nF-1,V-3,Wrong,200,0\n';
  expect((await upload('merchants/venues', venues)).slice(0, 4)).toEqual(['completed', 1, 0, 2]);
  const offers = [
    'reference,merchant_reference,name,kind,currency,rate_bps,amount,budget,share_customer,share_platform,ends_at,status',
    'FO-1,F-1,Five back,recurring,MXN,500,,"50,000.00",9000,1000,2099-12-31,active',
    'FO-2,F-1,Both,recurring,MXN,500,10,,,,,',
    'FO-3,F-1,Shares,recurring,MXN,500,,,9000,,,',
    'FO-4,F-9,Lost,recurring,MXN,500,,,,,,',
  ].join('\n');
  expect((await upload('offers', offers, { dry_run: true })).slice(0, 4)).toEqual(['completed', 1, 0, 3]);
  expect((await call<OfferDto[]>('GET', '/offers?reference=FO-1')).body.data).toEqual([]);
  expect((await upload('offers', offers)).slice(0, 4)).toEqual(['completed', 1, 0, 3]);
  expect((await upload('offers', offers)).slice(0, 4)).toEqual(['completed', 0, 1, 3]);
  expect((await upload('offers', offers.replace(',500,,"50', ',700,,"50'))).slice(0, 4)).toEqual(['completed', 1, 0, 3]);
  expect((await call<OfferDto[]>('GET', '/offers?reference=FO-1')).body.data).toMatchObject([
    { status: 'active', version: 2, budget: '50000.00', cashback: { rate_bps: 700 }, shares: { customer: 9_000, platform: 1_000 } },
  ]);
  expect([
    await upload('offers', offers, { dry_run: 'maybe' }),
    await upload('offers', offers, {}, auditor),
    await upload('merchants', merchants, { type: 'MER' }),
  ]).toEqual([
    [400, 'validation_error'],
    [403, 'permission_denied'],
    [400, 'validation_error'],
  ]);
  for (const where of ['merchants', 'merchants/venues'])
    expect(await upload(where, venues, {}, auditor)).toEqual([403, 'permission_denied']);
});
