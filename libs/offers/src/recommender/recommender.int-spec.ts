import { LearnMerchants } from '@tallystick/offers';
import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { openMerchant, openOffer } from '../../../../test/support/offers.js';
import { tamper } from '../../../../test/support/tamper.js';
import { FindDirectory } from '../directory/directory.query.js';
import type { DirectoryKey } from '../directory/directory-filter.policy.js';
import type { Category } from '../merchants/category.js';
import type { OfferInput } from '../offers/save-offer.operation.js';
import { memberOf } from '../offers/member-of.query.js';
import type { BegunList, Customer } from './customer.js';
import { FindCustomer } from './find-customer.query.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let bank: CashbackFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => void (bank = await cashbackFixture(uow)));

const customers = new FindCustomer();
const [directory, learn] = [new FindDirectory(customers), new LearnMerchants()];
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
let line = 0;

/** Each customer buys once at each of the shops, on as many days as there are. */
const buy = (who: string, ...at: (readonly [shop: string, days: number])[]) =>
  bank.batch(at.map(([shop, days]) => cardItem(`p${++line}`, who, { date: daysAgo(days), merchant: { merchant_id: shop } })));

async function shop(name: string, category: Category, given: Partial<OfferInput> = {}) {
  const { id } = await openMerchant(uow, bank.ctx, { name, category, identifiers: { merchantIds: [name] } });
  const offer = await openOffer(uow, bank.ctx, id, { startsAt: new Date('1990-01-01T00:00:00Z'), ...given });
  return { id, offer: offer.id };
}

/** Computes and writes popularity; answers whether there was anything to learn. */
const learnAll = () =>
  uow.run(bank.ctx, async (tx) => {
    const learnt = await learn.execute(tx);
    while ((await learn.keepPopularity(tx, 2)) === 2);
    return learnt;
  });

/** Lets time go by for the recommender alone. */
const rest = () =>
  tamper(
    database.ownerUrl,
    `update recommender set computed_at = computed_at - interval '20 minutes', heard_at = heard_at - interval '20 minutes',
       liked_at = liked_at - interval '20 minutes' where tenant_id = $1`,
    [bank.ctx.tenantId],
  );

const customer = (who: string, begun?: BegunList): Promise<Customer | undefined> =>
  uow.read(bank.ctx, async (tx) => customers.find(tx, (await memberOf(tx, { reference: who }))?.id, begun));

/** The merchants that a customer is shown, each with the reason. */
async function shown(who: string, filters: Parameters<FindDirectory['count']>[1]['filters'] = []): Promise<string[]> {
  const found = await customer(who);
  return uow.read(bank.ctx, async (tx) => {
    const asked = { filters, customer: found };
    const keys = await directory.list(tx, asked, { limit: 20 });
    expect(await directory.count(tx, asked)).toBe(keys.length);
    const offers = await directory.load(tx, keys.map(({ id }) => id), { customer: found }); // prettier-ignore
    return offers.map(({ merchant, reason }) => (reason ? `${merchant.name} ${reason.code}` : merchant.name));
  });
}

/** Where many buy books, nobody's habits; who goes to the gym buys shoes. Everybody bought within the last days. */
async function openTown() {
  const shops = {
    books: await shop('books', 'books-games-movies-music'),
    cafe: await shop('cafe', 'restaurants-bars'),
    diner: await shop('diner', 'restaurants-bars'),
    gym: await shop('gym', 'fitness-sports'),
    shoes: await shop('shoes', 'clothing-store'),
    toys: await shop('toys', 'other'),
    new: await shop('new', 'pet-related'),
  };
  for (const n of [1, 2, 3, 4, 5]) await buy(`reader ${n}`, ['books', 1]);
  for (const n of [1, 2, 3]) await buy(`runner ${n}`, ['gym', 3], ['shoes', 2]);
  for (const n of [1, 2, 3, 4]) await buy(`parent ${n}`, ['toys', 2]);
  for (const n of [1, 2, 3]) await buy(`guest ${n}`, ['diner', 2]);
  await buy('ana', ['cafe', 20], ['cafe', 9], ['cafe', 1]);
  await buy('zoe', ['gym', 1]);
  return shops;
}

test('what somebody buys, others like them buy, and its kind comes before what is popular', async () => {
  await openTown();
  expect(await shown('ana')).toEqual(['cafe bought_here_before', ...Array.from({ length: 6 }, () => expect.any(String))]);
  expect(await learnAll()).toBe(true);
  expect(await shown('ana')).toEqual([
    'cafe bought_here_before',
    'diner category_you_like',
    'books popular',
    'toys popular',
    'gym popular',
    'shoes popular',
    'new',
  ]);
  expect((await shown('zoe')).slice(0, 3)).toEqual(['gym bought_here_before', 'shoes customers_like_you', 'books popular']);
  expect((await shown('nobody'))[0]).toBe('books');
});

test('the order is as good as that of an order that was asked for, the same each time, and stays while a list is read', async () => {
  await openTown();
  await learnAll();
  const before = await shown('zoe');
  expect(await shown('zoe', [{ by: 'popularity', direction: 'asc' }])).toEqual(expect.arrayContaining(before));
  const walk = async (found: Customer, after: DirectoryKey | undefined, limit: number) =>
    uow.read(bank.ctx, (tx) => directory.list(tx, { filters: [], customer: found }, { limit, after }));
  const begun = (await customer('zoe'))!;
  const all = await walk(begun, undefined, 20);
  const first = await walk(begun, undefined, 3);
  await buy('zoe', ['new', 0], ['new', 0.1], ['toys', 0]);
  for (const n of [1, 2, 3, 4, 5, 6]) await buy(`late ${n}`, ['new', 0], ['gym', 0]);
  await rest();
  expect(await learnAll()).toBe(true);
  const again = (await customer('zoe', begun))!;
  expect(again).toEqual(begun);
  expect([...first, ...(await walk(again, first.at(-1), 20))]).toEqual(all);
  const fresh = (await customer('zoe'))!;
  expect([fresh.generation, (await shown('zoe'))[0]]).not.toEqual([begun.generation, before[0]]);
  const model = async () => [
    await uow.read(bank.ctx, (tx) => tx.query('select merchant_id, other_id, likeness from merchant_likeness where tenant_id = $1 and generation = (select max(likeness) from recommender where tenant_id = $1) order by 1, 2', [bank.ctx.tenantId])), // prettier-ignore
    await uow.read(bank.ctx, (tx) => tx.query('select merchant_id, purchases from merchant_trend where tenant_id = $1 and generation = (select max(generation) from recommender where tenant_id = $1) order by 1', [bank.ctx.tenantId])), // prettier-ignore
  ];
  const [once, order] = [await model(), await shown('zoe')];
  await rest();
  expect(await learnAll()).toBe(true);
  expect([(await model())[1], await shown('zoe')]).toEqual([once[1], order]);
  expect((await model())[0]).toHaveLength(once[0]!.length);
});

test('nothing is computed while there is nothing new, and what was learnt long before is forgotten', async () => {
  expect(await learnAll()).toBe(false);
  await openTown();
  await learnAll();
  await tamper(database.ownerUrl, `update recommender set heard_at = tenant_now() where tenant_id = $1`, [bank.ctx.tenantId]);
  expect(await learnAll()).toBe(false);
  for (let times = 0; times < 3; times++) {
    await rest();
    expect(await learnAll()).toBe(true);
  }
  const generations = (table: string) =>
    uow.read(bank.ctx, (tx) => tx.query(`select distinct generation from ${table} where tenant_id = $1 order by 1`, [bank.ctx.tenantId]));
  for (const table of ['recommender', 'merchant_trend', 'merchant_likeness'])
    expect([table, await generations(table)]).toEqual([table, [{ generation: '3' }, { generation: '4' }]]);
  const [books] = await uow.read(bank.ctx, (tx) => tx.query(`select m.popularity, e.popularity as shown from merchant m join directory_entry e on e.tenant_id = $1 and e.merchant_id = m.id where m.tenant_id = $1 and m.name = 'books'`, [bank.ctx.tenantId])); // prettier-ignore
  expect(books).toEqual({ popularity: '5', shown: '5' });
});

test('what a customer can earn nothing by is not shown to them, and is to others', async () => {
  await shop('once', 'home', { kind: 'first_time' });
  await shop('twice', 'home', { perUserLimit: 2 });
  await shop('spent', 'home', { budget: 500n });
  await shop('over', 'home', { endsAt: new Date(Date.now() + 2_000) });
  await shop('open', 'home');
  await shop('monthly', 'home', { capPerPeriod: 500n, capPeriod: 'month' });
  await shop('daily', 'home', { capPerPeriod: 500n, capPeriod: 'day' });
  await buy('ana', ['once', 3], ['twice', 2], ['daily', 2]);
  await buy('bob', ['open', 1]);
  await learnAll();
  const names = async (who: string) => (await shown(who)).map((text) => text.split(' ')[0]).sort();
  expect([await names('ana'), await names('bob')]).toEqual([
    ['daily', 'monthly', 'open', 'over', 'spent', 'twice'],
    ['daily', 'monthly', 'once', 'open', 'over', 'spent', 'twice'],
  ]);
  await buy('ana', ['twice', 1], ['spent', 1], ['monthly', 0]);
  await tamper(database.ownerUrl, `update directory_entry e set ends_at = now() - interval '1 day' from merchant m where m.id = e.merchant_id and m.name = 'over' and e.tenant_id = $1`, [bank.ctx.tenantId]); // prettier-ignore
  expect([await names('ana'), await names('bob')]).toEqual([
    ['daily', 'open'],
    ['daily', 'monthly', 'once', 'open', 'twice'],
  ]);
});

test('the histories of merged members count together, and who was erased has none', async () => {
  await openTown();
  await buy('old ana', ['toys', 1], ['toys', 2], ['toys', 3], ['toys', 4]);
  await learnAll();
  const { tenantId } = bank.ctx;
  await tamper(
    database.ownerUrl,
    `update member set status = 'merged', merged_into = (select id from member where tenant_id = $1 and reference = 'ana')
     where tenant_id = $1 and reference = 'old ana'`,
    [tenantId],
  );
  for (const who of ['ana', 'old ana'])
    expect((await shown(who)).slice(0, 2)).toEqual(['toys bought_here_before', 'cafe bought_here_before']);
  await tamper(
    database.ownerUrl,
    `update member set status = 'erased', merged_into = null where tenant_id = $1 and reference like '%ana'`,
    [tenantId],
  );
  expect([await customer('ana'), await customer('old ana')]).toEqual([undefined, undefined]);
  await tamper(database.ownerUrl, `update member set status = 'erased' where tenant_id = $1 and reference like 'runner%'`, [tenantId]);
  await rest();
  await learnAll();
  expect(await shown('zoe')).not.toContain('shoes customers_like_you');
});
