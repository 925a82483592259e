import { FindCustomer, FindDirectory, LearnMerchants } from '@tallystick/offers';
import { Bank } from './bank.js';
import type { Options } from './options.js';
import { inventPurchases, readPurchases, type Bought } from './purchases.js';
import { milliseconds, times, type Findings } from './report.js';
import type { BenchDatabase } from './stage.js';

const FIRST = 10;

interface Measured {
  readonly customers: number;
  readonly purchases: number;
  readonly learnMs: number;
  readonly pageMs: number;
  readonly asked: number;
  readonly ours: number;
  readonly popular: number;
}

/**
 * How often the next purchase of a customer is among the first ten offers, for them and by popularity alone. The world stands still at one day:
 * what was bought before is history, the first purchase of each customer after it is what is asked. What the code has of constants was chosen
 * by the first half alone; the last third had no say in it.
 */
export async function measureRecommender(database: BenchDatabase, options: Options, tell: (step: string) => void): Promise<Findings> {
  const log = options.purchases === undefined ? inventPurchases() : readPurchases(options.purchases);
  const [from, to] = [log[0]!.day, log.at(-1)!.day];
  const at = (part: number): number => Math.round(from + (to - from) * part);
  const rows: string[][] = [];
  for (const [name, cut, end] of [
    ['chosen by: half of the time', at(1 / 2), at(2 / 3)],
    ['tested on: two thirds', at(2 / 3), to + 1],
  ] as const) {
    const found = await measureCut(database, log, { cut, end, about: options.rounds < 3 ? 300 : 3_000 }, (step) =>
      tell(`recommender, ${name}: ${step}`),
    );
    const [ours, popular] = [found.ours / found.asked, found.popular / found.asked];
    rows.push([
      name,
      ...[found.customers, found.purchases, found.asked].map((count) => count.toLocaleString('en-US')),
      ...[ours, popular].map((part) => `${(part * 100).toFixed(1)}%`),
      times(ours / popular),
      milliseconds(found.learnMs),
      milliseconds(found.pageMs),
    ]);
  }
  const source =
    options.purchases === undefined
      ? 'purchases that were invented, of customers with tastes'
      : 'a log of real purchases, prices for shops';
  return {
    tables: [
      {
        title: `Recommendations: the next purchase among the first ${FIRST}`,
        note: `By ${source}. Hit rates of customers with a history, against the list by popularity of 90 days alone; the time to learn from all purchases, and of the first page for a customer.`,
        columns: ['Split', 'customers', 'purchases', 'asked', 'ours', 'popularity', 'ratio', 'learning', 'page'],
        rows,
      },
    ],
    goals: [],
  };
}

async function measureCut(
  { uow, owner }: BenchDatabase,
  log: readonly Bought[],
  { cut, end, about }: { cut: number; end: number; about: number },
  tell: (step: string) => void,
): Promise<Measured> {
  const history = log.filter(({ day }) => day < cut);
  const names = [...new Set(history.map(({ customer }) => customer))];
  const bank = await Bank.open(uow);
  const { tenantId } = bank.ctx;
  tell(`enrolling ${names.length} customers`);
  const { references } = await bank.enroll(names.length);
  const referenceOf = new Map(names.map((name, index) => [name, references[index]!]));
  tell('filling');
  const shops = new Map(log.map(({ shop, category }) => [shop, category]));
  await owner.query(SHOPS, [tenantId, [...shops.keys()], [...shops.values()]]);
  await owner.query(OFFERS, [tenantId]);
  await owner.query(ENTRIES, [tenantId]);
  await owner.query(PURCHASES, [
    tenantId,
    history.map(({ customer }) => referenceOf.get(customer)),
    history.map(({ shop }) => shop),
    history.map(({ day }) => cut - day),
  ]);
  await owner.query('vacuum analyze card_transaction, merchant, directory_entry, member');

  tell('learning');
  const learn = new LearnMerchants();
  const begun = performance.now();
  await uow.run(bank.ctx, (tx) => learn.execute(tx));
  while ((await uow.run(bank.ctx, (tx) => learn.keepPopularity(tx, 500))) === 500);
  const learnMs = performance.now() - begun;
  await owner.query('analyze merchant_trend, merchant_likeness, recommender');

  const next = new Map<string, string>();
  for (const { customer, shop, day } of log)
    if (day >= cut && day < end && referenceOf.has(customer) && !next.has(customer)) next.set(customer, shop);
  const step = Math.max(1, Math.floor(next.size / about));
  const asked = [...next].filter((_, index) => index % step === 0);
  const { rows: members } = await owner.query<{ id: string; reference: string }>('select id, reference from member where tenant_id = $1', [
    tenantId,
  ]);
  const idOf = new Map(members.map(({ id, reference }) => [reference, id]));
  const { rows: offers } = await owner.query<{ id: string; shop: string }>(
    'select o.id, m.reference as shop from offer o join merchant m on m.tenant_id = o.tenant_id and m.id = o.merchant_id where o.tenant_id = $1',
    [tenantId],
  );
  const shopOf = new Map(offers.map(({ id, shop }) => [id, shop]));
  const customers = new FindCustomer();
  const directory = new FindDirectory(customers);
  const list = (memberId?: string): Promise<(string | undefined)[]> =>
    uow.read(bank.ctx, async (tx) => {
      const customer = await customers.find(tx, memberId);
      return (await directory.list(tx, { filters: [], customer }, { limit: FIRST })).map(({ id }) => shopOf.get(id));
    });
  const popular = await list();
  const hits = { ours: 0, popular: 0 };
  const started = performance.now();
  for (const [index, [customer, shop]] of asked.entries()) {
    if (index % 100 === 0) tell(`asking for ${asked.length} customers, ${index} done`);
    if ((await list(idOf.get(referenceOf.get(customer)!))).includes(shop)) hits.ours++;
    if (popular.includes(shop)) hits.popular++;
  }
  const pageMs = (performance.now() - started) / asked.length;
  return { customers: names.length, purchases: history.length, learnMs, pageMs, asked: asked.length, ...hits };
}

const SHOPS = `
insert into merchant (tenant_id, id, reference, name, search_name, status, category, price_level, rating, created_at, updated_at)
select $1, uuidv7(), s.shop, s.shop, lower(s.shop), 'active', s.category, 1, 30, now(), now() from unnest($2::text[], $3::text[]) as s(shop, category)`;

const OFFERS = `
insert into offer (tenant_id, id, merchant_id, reference, name, status, kind, currency, rate_bps, rounding, funded_by_merchant, funded_by_institution,
  funded_by_platform, share_customer, share_institution, share_platform, requires_activation, starts_at, version, created_at, updated_at)
select $1, uuidv7(), m.id, m.reference, m.name, 'active', 'recurring', 'USD', 500, 'half_up', 10000, 0, 0, 10000, 0, 0, false,
  now() - interval '1 day', 1, now(), now() from merchant m where m.tenant_id = $1`;

const ENTRIES = `
insert into directory_entry (tenant_id, offer_id, merchant_id, category, price_level, rating, popularity, business_type, kind, rate_bps, name, created_at, starts_at, ends_at)
select o.tenant_id, o.id, m.id, m.category, m.price_level, m.rating, 0, '', o.kind, o.rate_bps, m.search_name, o.created_at, o.starts_at, 'infinity'
from offer o join merchant m on m.tenant_id = o.tenant_id and m.id = o.merchant_id where o.tenant_id = $1`;

/** As they would stand had they been told on the day that they were made. */
const PURCHASES = `
insert into card_transaction (tenant_id, id, source, type, reference, member_id, status, currency, amount, authorized, cleared, occurred_at, settled_at,
  recorded_at, updated_at, merchant_id, matched_by, verdict, reason)
select $1, uuidv7(), 'bench', 'purchase', p.n::text, b.id, 'settled', 'USD', 1000, false, 1000, p.at, p.at, p.at, p.at, m.id, 'identifier', 'no_offer',
  'no_live_offer'
from (select n, who, shop, now() - ago * interval '1 day' as at from unnest($2::text[], $3::text[], $4::int[]) with ordinality as u(who, shop, ago, n)) p
join member b on b.tenant_id = $1 and b.reference = p.who join merchant m on m.tenant_id = $1 and m.reference = p.shop`;
