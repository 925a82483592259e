import type { TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { openTenant } from '../../../../test/support/identity.js';
import { merchantInput, openMerchant } from '../../../../test/support/offers.js';
import { FindMerchants } from './find-merchants.query.js';
import { MatchMerchants, type CardMerchant } from './match-merchants.query.js';
import { SaveMerchant } from './save-merchant.operation.js';
import { SaveVenue, type VenueFact } from './save-venue.operation.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let ctx: TenantContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => void (ctx = await openTenant(uow, { currency: 'MXN' })));

const [save, find, match] = [new SaveMerchant(), new FindMerchants(), new MatchMerchants()];
const matched = (...asked: CardMerchant[]) => uow.read(ctx, (tx) => match.find(tx, asked));
const names = async (search: string): Promise<string[]> =>
  (await uow.read(ctx, (tx) => find.list(tx, { search }, { limit: 10 }))).map(({ name }) => name);

test('a card transaction is matched by merchant id, else terminal, else descriptor, else one much alike', async () => {
  const nero = await openMerchant(uow, ctx, {
    identifiers: { merchantIds: ['M-0001'], terminalIds: ['T 77'], descriptors: ['CAFÉ NERO', 'Nero Coffee Roasters'] },
  });
  const gandhi = await openMerchant(uow, ctx, {
    name: 'Gandhi',
    mccs: ['5942'],
    identifiers: { descriptors: ['LIBRERIA GANDHI'], merchantIds: ['M-0002'] },
  });
  const by = (merchantId: string, how: string) => ({ status: 'matched', merchantId, by: how, similarity: expect.any(Number) });
  expect(
    await matched(
      { merchantId: 'm-0001', descriptor: 'LIBRERIA GANDHI' },
      { merchantId: 'unknown', terminalId: 't77' },
      { descriptor: 'SQ *CAFE NERO 0042 CDMX' },
      { descriptor: 'NERO COFFE ROASTERS' },
      { descriptor: 'LIBRERIA GANDHI', mcc: '5942' },
      { descriptor: 'LIBRERIA GANDHI' },
      { descriptor: 'LIBRERIA GANDHI', mcc: '5812' },
      { descriptor: 'LIBRERIAS GANDHI', mcc: '5812' },
      { merchantId: 'M-0002', mcc: '5812' },
      { mcc: '5942' },
      { descriptor: 'SOMEWHERE ELSE' },
      { descriptor: '***' },
      {},
    ),
  ).toEqual([
    by(nero.id, 'merchant_id'),
    by(nero.id, 'terminal_id'),
    by(nero.id, 'descriptor'),
    by(nero.id, 'similar_descriptor'),
    by(gandhi.id, 'descriptor'),
    by(gandhi.id, 'descriptor'),
    ...[{ status: 'unmatched' }, { status: 'unmatched' }],
    by(gandhi.id, 'merchant_id'),
    ...[{ status: 'unmatched' }, { status: 'unmatched' }, { status: 'unmatched' }, { status: 'unmatched' }],
  ]);
  await uow.run(ctx, (tx) => save.update(tx, nero.id, { status: 'inactive' }));
  expect(await matched({ merchantId: 'M-0001' }, { descriptor: 'NERO COFFE ROASTERS' })).toEqual([
    { status: 'unmatched' },
    { status: 'unmatched' },
  ]);
  ctx = await openTenant(uow);
  expect(await matched({ merchantId: 'M-0002' }, { descriptor: 'LIBRERIAS GANDHI' })).toEqual([
    { status: 'unmatched' },
    { status: 'unmatched' },
  ]);
});

test('what may be one of two merchants is told as that, and their codes decide where they can', async () => {
  const [north, south] = [
    await openMerchant(uow, ctx, { mccs: ['5812'], identifiers: { descriptors: ['TACOS DON PEPE NORTE'] } }),
    await openMerchant(uow, ctx, { mccs: ['5411'], identifiers: { descriptors: ['TACOS DON PEPE SURTE'] } }),
  ];
  const [doubtful, told] = await matched({ descriptor: 'TACOS DON PEPE' }, { descriptor: 'TACOS DON PEPE', mcc: '5411' });
  expect(doubtful).toEqual({ status: 'pending_match', candidates: [north.id, south.id].sort() });
  expect(told).toMatchObject({ status: 'matched', merchantId: south.id, by: 'similar_descriptor' });
});

test('one identifier names one merchant, and goes to another once it was given up', async () => {
  const first = await openMerchant(uow, ctx, { identifiers: { descriptors: ['CAFE NERO', 'CAFE NERO 0042'], terminalIds: ['T1'] } });
  expect(first.identifiers.descriptors).toEqual(['CAFE NERO']);
  const taking = openMerchant(uow, ctx, { name: 'Thief', identifiers: { descriptors: ['SQ *Café Nero'], terminalIds: ['t 1', 't2'] } });
  await expect(taking).rejects.toMatchObject({
    definition: { code: 'identifier_taken' },
    details: { errors: { descriptors: ["SQ *Café Nero is another merchant's."], terminal_ids: ["t 1 is another merchant's."] } },
  });
  await expect(openMerchant(uow, ctx, { identifiers: { merchantIds: [' '] } })).rejects.toMatchObject({
    details: { errors: { merchant_ids: [expect.any(String)] } },
  });
  expect(await names('thief')).toEqual([]);
  const left = await uow.run(ctx, (tx) => save.update(tx, first.id, { identifiers: { descriptors: ['NERO'] } }));
  expect(left.identifiers).toEqual({ merchantIds: [], terminalIds: ['T1'], descriptors: ['NERO'] });
  const heir = await openMerchant(uow, ctx, { name: 'Heir', identifiers: { descriptors: ['CAFE NERO'] } });
  expect(await matched({ descriptor: 'CAFE NERO' }, { descriptor: 'CAFE NEROS' })).toMatchObject([
    { merchantId: heir.id },
    { merchantId: heir.id },
  ]);
});

test('merchants are found by any part of their names, as they are called now', async () => {
  const { id } = await openMerchant(uow, ctx, { name: 'Librería Gandhi' });
  await openMerchant(uow, ctx, { name: 'Ghandi & Sons', reference: 'G-2' });
  expect([
    await names('GANDHI'),
    await names('ería g'),
    await names('g'),
    await names('an'),
    await names('gah'),
    await names('--'),
  ]).toEqual([['Librería Gandhi'], ['Librería Gandhi'], ['Librería Gandhi', 'Ghandi & Sons'], [], [], []]);
  await uow.run(ctx, (tx) => save.update(tx, id, { name: 'El Péndulo' }));
  expect([await names('gandhi'), await names('péndulo')]).toEqual([[], ['El Péndulo']]);
  await expect(openMerchant(uow, ctx, { reference: 'G-2' })).rejects.toMatchObject({ definition: { code: 'duplicate' } });
});

test('rows of a file register what is new and change what is known, each once', async () => {
  const put = (given: object = {}) =>
    uow.run(ctx, (tx) =>
      save.put(tx, 'R-1', {
        name: 'Nero',
        category: 'other',
        mccs: ['5812', '5411'],
        identifiers: { descriptors: ['NERO B', 'NERO A'] },
        ...given,
      }),
    );
  const { id } = await put();
  expect(await put()).toEqual({ id, changed: false });
  expect(await put({ rating: 41 })).toEqual({ id, changed: true });
  expect(await uow.read(ctx, (tx) => find.byId(tx, id))).toMatchObject({
    rating: 41,
    priceLevel: 1,
    mccs: ['5411', '5812'],
    reference: 'R-1',
  });

  const fact = (reference: string, given: Partial<VenueFact> = {}): VenueFact => ({
    ...{
      merchantReference: 'R-1',
      reference,
      name: reference,
      status: 'active',
      streetAddress: null,
      zipcode: null,
      latitude: 19.4,
      longitude: -99.1,
    },
    ...given,
  });
  const putAll = (...facts: VenueFact[]) => uow.run(ctx, (tx) => new SaveVenue().putAll(tx, facts));
  const first = await putAll(fact('b'), fact('a'), fact('b', { name: 'B' }), fact('c', { merchantReference: 'R-2' }));
  expect(first.map((one) => one?.changed)).toEqual([true, true, true, undefined]);
  expect(first[0]!.id).toBe(first[2]!.id);
  const again = await putAll(fact('a'), fact('b', { latitude: 19.5 }));
  expect(again.map((one) => one?.changed)).toEqual([false, true]);
  expect(again[1]!.id).toBe(first[0]!.id);
  const venues = await uow.read(ctx, (tx) => find.venues(tx, id, { limit: 5 }));
  expect(venues.map(({ name, latitude }) => [name, latitude])).toEqual([['a', 19.4], ['b', 19.5]]); // prettier-ignore
});

test('two who register one merchant at once make one', async () => {
  const made = await Promise.allSettled([1, 2].map(() => uow.run(ctx, (tx) => save.create(tx, merchantInput({ reference: 'X' })))));
  expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
