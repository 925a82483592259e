import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { fillDirectory } from '../../../../test/bench/fill-directory.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openMerchant, openOffer, openVenue } from '../../../../test/support/offers.js';
import { MatchMerchants } from '../merchants/match-merchants.query.js';
import { SaveMerchant } from '../merchants/save-merchant.operation.js';
import { FindOffers } from '../offers/find-offers.query.js';
import { SaveOffer } from '../offers/save-offer.operation.js';
import { FindCustomer } from '../recommender/find-customer.query.js';
import type { DirectoryFilter, DirectoryQuery } from './directory-filter.policy.js';
import { FindDirectory } from './directory.query.js';
import { keepDirectory } from './keep-directory.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let owner: pg.Client;
let ctx: TenantContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await close?.();
  await database?.close();
});
beforeEach(async () => void (ctx = await openTenant(uow, { currency: 'MXN' })));

const [directory, saveMerchant, saveOffer] = [new FindDirectory(new FindCustomer()), new SaveMerchant(), new SaveOffer()];
const ZOCALO = { latitude: 19.4326, longitude: -99.1332 };
const DAY = 86_400_000;

/** The names of the merchants of a list, and what it is counted to have. */
async function shown(query: Partial<DirectoryQuery>, window: { limit: number; offset?: number } = { limit: 10 }): Promise<string> {
  const asked = { filters: [], ...query };
  const [names, total] = await uow.read(ctx, async (tx) => {
    const keys = await directory.list(tx, asked, window);
    const offers = await directory.load(tx, keys.map(({ id }) => id)); // prettier-ignore
    return [offers.map(({ merchant }) => merchant.name), await directory.count(tx, asked)];
  });
  return `${names.join(' ')} of ${total}`;
}
const by = (...filters: DirectoryFilter[]): Partial<DirectoryQuery> => ({ filters });

/** Four merchants, told apart by everything, each with one offer. */
async function openStreet(): Promise<Record<'Alba' | 'Brio' | 'Coro' | 'Dulce', { id: string; offer: string }>> {
  const open = async (name: string, rest: object, offer: object, ...venues: [number, number][]) => {
    const { id } = await openMerchant(uow, ctx, { name, ...rest });
    for (const [n, [latitude, longitude]] of venues.entries()) await openVenue(uow, ctx, id, `${name} ${n}`, latitude, longitude);
    return { id, offer: (await openOffer(uow, ctx, id, offer)).id };
  };
  const street = {
    Alba: await open('Alba', { category: 'education', rating: 30, priceLevel: 1 }, { rateBps: 100 }, [19.44, -99.13], [25, -100]),
    Brio: await open(
      'Brio',
      { category: 'culture', rating: 50, priceLevel: 2 },
      { kind: 'first_time', rateBps: 900 },
      [20.6, -99.1],
      [19.45, -99.13],
    ),
    Coro: await open(
      'Coro',
      { category: 'education', rating: 30, priceLevel: 2, businessType: 'ecommerce' },
      { rateBps: null, fixedAmount: 5_000n },
    ),
    Dulce: await open('Dulce', { category: 'home', rating: 10, priceLevel: 5, businessType: null }, { rateBps: 100 }, [19.7, -99.13]),
  };
  for (const [{ id }, popularity] of [
    [street.Alba, 7],
    [street.Brio, 7],
    [street.Coro, 9],
    [street.Dulce, 1],
  ] as const)
    // prettier-ignore
    await uow.run(ctx, async (tx) => {
      await tx.query('update merchant set popularity = $3 where tenant_id = $1 and id = $2', [ctx.tenantId, id, popularity]);
      await keepDirectory(tx, [id]);
    });
  return street;
}

test('filters leave offers out or put them in order, the first that sorts first (A.2.2)', async () => {
  await openStreet();
  const cases: [Partial<DirectoryQuery>, string][] = [
    [{}, 'Coro Brio Alba Dulce of 4'],
    [{ order: 'asc' }, 'Alba Brio Coro Dulce of 4'],
    [{ order: 'desc' }, 'Dulce Coro Brio Alba of 4'],
    [by({ by: 'popularity', direction: 'asc' }), 'Dulce Alba Brio Coro of 4'],
    [by({ by: 'rating', direction: 'desc' }, { by: 'popularity', direction: 'desc' }), 'Brio Coro Alba Dulce of 4'],
    [by({ by: 'rating', direction: 'desc' }, { by: 'popularity', direction: 'asc' }), 'Brio Alba Coro Dulce of 4'],
    [by({ by: 'popularity', direction: 'asc' }, { by: 'rating', direction: 'desc' }), 'Dulce Brio Alba Coro of 4'],
    [{ ...by({ by: 'popularity', direction: 'desc' }), order: 'asc' }, 'Coro Alba Brio Dulce of 4'],
    [{ ...by({ by: 'cashback', direction: 'desc' }), order: 'desc' }, 'Brio Dulce Alba Coro of 4'],
    [by({ by: 'recent', direction: 'desc' }), 'Dulce Coro Brio Alba of 4'],
    [{ ...by({ by: 'category', categories: ['education'] }), order: 'asc' }, 'Alba Coro of 2'],
    [{ ...by({ by: 'category', categories: ['culture', 'home', 'other'] }), order: 'asc' }, 'Brio Dulce of 2'],
    [by({ by: 'price', level: 2 }, { by: 'rating', direction: 'asc' }), 'Coro Brio of 2'],
    [by({ by: 'price', level: 2, orMore: true }, { by: 'rating', direction: 'asc' }), 'Dulce Coro Brio of 3'],
    [by({ by: 'kind', kind: 'first_time' }), 'Brio of 1'],
    [by({ by: 'business_type', type: 'ecommerce' }), 'Coro of 1'],
    [by({ by: 'near', place: ZOCALO }), 'Alba Brio of 2'],
    [by({ by: 'near', place: ZOCALO, radius: 40_000 }), 'Alba Brio Dulce of 3'],
    [by({ by: 'near', place: ZOCALO, radius: 1_500 }), 'Alba of 1'],
    [by({ by: 'category', categories: ['culture'] }, { by: 'near', place: ZOCALO }), 'Brio of 1'],
    [by({ by: 'popularity', direction: 'desc' }, { by: 'near', place: ZOCALO, radius: 40_000 }), 'Alba Brio Dulce of 3'],
    [by({ by: 'name', text: 'ORÓ' }), 'Coro of 1'],
    [by({ by: 'name', text: 'b' }), 'Brio of 1'],
    [by({ by: 'name', text: '?' }), ' of 0'],
    [by({ by: 'name', text: 'oro' }, { by: 'name', text: 'alba' }), ' of 0'],
  ];
  for (const [query, expected] of cases) expect([query, await shown(query)]).toEqual([query, expected]);
  expect(await shown({ order: 'asc' }, { limit: 2, offset: 2 })).toBe('Coro Dulce of 4');
  ctx = await openTenant(uow);
  expect(await shown({})).toBe(' of 0');
});

test('a list goes on after a key, and shows distances from the place with the nearest venues first', async () => {
  const { Alba, Brio } = await openStreet();
  for (const [filters, order] of [
    [[], undefined],
    [[{ by: 'rating', direction: 'asc' }], undefined],
    [[], 'desc'],
    [[{ by: 'near', place: ZOCALO, radius: 40_000 }], undefined],
    [[{ by: 'recent', direction: 'desc' }], undefined],
  ] as [DirectoryFilter[], 'desc' | undefined][])
    await uow.read(ctx, async (tx) => {
      const all = await directory.list(tx, { filters, order }, { limit: 10 });
      const walked = [];
      for (let after = undefined as (typeof all)[number] | undefined; ; after = walked.at(-1)) {
        const rows = await directory.list(tx, { filters, order }, { limit: 1, after });
        if (rows.length === 0) break;
        walked.push(...rows);
      }
      expect(walked).toEqual(all);
    });
  const [alba, brio] = await uow.read(ctx, (tx) => directory.load(tx, [Alba.offer, Brio.offer], { place: ZOCALO }));
  expect(Math.round(alba!.distance!)).toBe(889);
  expect(brio).toMatchObject({
    name: 'Five per cent back',
    rateBps: 900,
    kind: 'first_time',
    status: 'active',
    merchant: { id: Brio.id, name: 'Brio', rating: 50, popularity: 7n, priceLevel: 2, category: 'culture', businessType: 'physical_venue' },
    venues: [
      { name: 'Brio 1', latitude: 19.45, streetAddress: '1 Brio 1 Street', zipcode: '06700', distance: brio!.distance },
      { name: 'Brio 0', distance: expect.any(Number) },
    ],
  });
  const [plain] = await uow.read(ctx, (tx) => directory.load(tx, [Brio.offer]));
  expect([plain!.distance, plain!.venues.map(({ distance }) => distance)]).toEqual([null, [null, null]]);
});

test('only what holds now is shown: in force, begun, not over, with budget left, of an active merchant', async () => {
  const { id } = await openMerchant(uow, ctx, { name: 'Nero' });
  const now = Date.now();
  await openOffer(uow, ctx, id, { startsAt: new Date(now + 10 * DAY) });
  await openOffer(uow, ctx, id, { startsAt: new Date(now - DAY), endsAt: new Date(now + 5 * DAY) });
  const { id: third } = await openOffer(uow, ctx, id, { budget: 1_000n });
  expect(await shown({})).toBe('Nero Nero of 2');
  const later = (days: number): void => void (ctx = { ...ctx, clockOffsetMs: days * DAY });
  later(6);
  expect(await shown({})).toBe('Nero of 1');
  later(11);
  expect(await shown({})).toBe('Nero Nero of 2');
  const spend = (spent: number) =>
    uow.run(ctx, async (tx) => {
      await tx.query('update offer set spent = $3 where tenant_id = $1 and id = $2', [ctx.tenantId, third, spent]);
      await keepDirectory(tx, [id]);
    });
  await spend(1_000);
  expect(await shown({})).toBe('Nero of 1');
  await spend(999);
  for (const [to, expected] of [
    ['paused', 1],
    ['active', 2],
    ['ended', 1],
  ] as const) {
    // prettier-ignore
    await uow.run(ctx, (tx) => saveOffer.step(tx, third, to));
    expect([to, await shown({})]).toEqual([to, `Nero${' Nero'.repeat(expected - 1)} of ${expected}`]);
  }
  await uow.run(ctx, (tx) => saveMerchant.update(tx, id, { name: 'Noir', category: 'home' }));
  expect(await shown(by({ by: 'category', categories: ['home'] }))).toBe('Noir of 1');
  await uow.run(ctx, (tx) => saveMerchant.update(tx, id, { status: 'inactive' }));
  expect(await shown({})).toBe(' of 0');
  await uow.run(ctx, (tx) => saveMerchant.update(tx, id, { status: 'active' }));
  expect(await shown({})).toBe('Noir of 1');
  expect(await uow.read(ctx, (tx) => directory.holding(tx, [third]))).toEqual(new Set());
});

test('a change of terms makes a version, and what cannot be kept is refused', async () => {
  const { id: merchantId } = await openMerchant(uow, ctx);
  const { id } = await openOffer(uow, ctx, merchantId, { budget: 10_000n });
  const change = (given: object) => uow.run(ctx, (tx) => saveOffer.update(tx, id, given));
  expect((await change({ rateBps: 700, minAmount: 20_000n })).version).toBe(2);
  expect((await change({ rateBps: 700 })).version).toBe(2);
  await uow.run(ctx, (tx) => tx.query('update offer set spent = 5000 where tenant_id = $1', [ctx.tenantId]));
  const refused = async (given: object): Promise<unknown> =>
    change(given).then(
      () => 'kept',
      (error: { definition: { code: string }; details: { errors?: object } }) => [
        error.definition.code,
        ...Object.keys(error.details.errors ?? {}),
      ],
    );
  expect([
    await refused({ budget: 4_999n }),
    await refused({ currency: 'USD' }),
    await refused({ fixedAmount: 1n }),
    await refused({ shares: { customer: 6_000, institution: 2_500, platform: 1_000 } }),
    await refused({ shares: { customer: 0, institution: 5_000, platform: 5_000 } }),
    await refused({ fundedBy: { merchant: 9_999, institution: 0, platform: 0 } }),
    await refused({ endsAt: new Date(0) }),
    await refused({ capPerPeriod: 5n }),
    await refused({ budget: 5_000n }),
  ]).toEqual([
    ['budget_below_spent', 'budget', 'spent'],
    ['invalid_state', 'currency'],
    ['validation_error', 'cashback'],
    ['validation_error', 'shares'],
    ['validation_error', 'shares'],
    ['validation_error', 'funded_by'],
    ['validation_error', 'ends_at'],
    ['validation_error', 'cap_per_period'],
    'kept',
  ]);
  const versions = await uow.read(ctx, (tx) => new FindOffers().versions(tx, id, { limit: 10 }));
  expect(versions.map(({ version, terms }) => [version, terms.rateBps, terms.minAmount, terms.budget])).toEqual([
    [3, 700, 20_000n, 5_000n],
    [2, 700, 20_000n, 10_000n],
    [1, 500, null, 10_000n],
  ]);
  await uow.run(ctx, (tx) => saveOffer.step(tx, id, 'ended'));
  expect([
    await refused({ rateBps: 1 }),
    await uow.run(ctx, (tx) => saveOffer.step(tx, id, 'active')).catch(({ definition }) => definition.code),
  ]).toEqual([['invalid_state'], 'invalid_state']);
});

test('no list, count or match reads a whole table, under row-level security', async () => {
  const { tenantId } = ctx;
  await fillDirectory(owner, tenantId, { merchants: 3_000, offers: 20_000, venues: 20_000 });
  const lists: DirectoryQuery[] = [
    { filters: [] },
    { filters: [], order: 'asc' },
    { filters: [{ by: 'rating', direction: 'desc' }, { by: 'popularity', direction: 'asc' }] }, // prettier-ignore
    { filters: [{ by: 'recent', direction: 'desc' }, { by: 'category', categories: ['education', 'home'] }] }, // prettier-ignore
    { filters: [{ by: 'category', categories: ['education'] }] },
    { filters: [{ by: 'cashback', direction: 'desc' }, { by: 'price', level: 2 }, { by: 'kind', kind: 'first_time' }] }, // prettier-ignore
    { filters: [{ by: 'near', place: { latitude: 19.4, longitude: -99.1 } }] },
    { filters: [{ by: 'name', text: 'librería azul' }] },
  ];
  const plans = await uow.read(ctx, async (tx) => {
    const told: [object, string][] = [];
    const explaining = (about: object): ReadTx<TenantContext> =>
      ({
        ctx,
        query: async (sql: string, values: unknown[]) => {
          const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
          told.push([about, rows.map((row) => row['QUERY PLAN']).join('\n')]);
          return tx.query(sql, values);
        },
      }) as unknown as ReadTx<TenantContext>;
    for (const query of lists) {
      const keys = await directory.list(explaining(query), query, { limit: 20, offset: 40 });
      await directory.count(explaining(query), query);
      await directory.load(explaining(query), keys.map(({ id }) => id)); // prettier-ignore
      if (!query.filters.some(({ by }) => by === 'near' || by === 'name')) expect(keys).toHaveLength(20);
    }
    const matches = await new MatchMerchants().find(explaining({ match: true }), [
      { descriptor: 'LIBRERIA AZUL ZZZZZZ', merchantId: 'M', terminalId: 'T' },
      { descriptor: 'TAQUERIA LOPEZ QQQQQ' },
    ]);
    expect(matches).toHaveLength(2);
    return told;
  });
  expect(plans.length).toBeGreaterThan(20);
  expect(
    plans.filter(([, plan]) => /Seq Scan on (offer|merchant|venue|directory_entry|merchant_gram|merchant_identifier) /.test(plan)),
  ).toEqual([]);
});
