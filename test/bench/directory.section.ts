import { FindCustomer, FindDirectory, MatchMerchants, type DirectoryFilter, type DirectoryQuery } from '@tallystick/offers';
import { fillDirectory } from './fill-directory.js';
import { Bank } from './bank.js';
import type { Options } from './options.js';
import { milliseconds, times, type Findings } from './report.js';
import { takeTurns } from './rounds.js';
import type { BenchDatabase } from './stage.js';

const SIZE = { merchants: 33_000, offers: 100_000, venues: 300_000 };
const PAGE = 20;
const CARDS = 5_000;

interface Case {
  readonly name: string;
  readonly ours: () => Promise<unknown>;
  /** The same answer from the bare tables, past row-level security; left out where plain SQL has no word for it. */
  readonly sql?: readonly [text: string, ...values: unknown[]];
}

/** The directory of 100,000 offers and 300,000 venues: pages and counts against plain SQL that joins the bare tables, and matching of cards. */
export async function measureDirectory({ uow, owner }: BenchDatabase, options: Options, tell: (step: string) => void): Promise<Findings> {
  const { ctx } = await Bank.open(uow);
  const { tenantId } = ctx;
  tell(`directory: filling ${SIZE.offers.toLocaleString('en-US')} offers and ${SIZE.venues.toLocaleString('en-US')} venues`);
  const client = await owner.connect();
  await fillDirectory(client, tenantId, SIZE);
  const place = (await client.query<{ latitude: number; longitude: number }>(`select latitude, longitude from venue where tenant_id = $1 and reference = 'V-10'`, [tenantId])).rows[0]!; // prettier-ignore
  const { rows: cards } = await client.query<{ descriptor: string }>(
    `select case when n % 2 = 0 then search_name else overlay(search_name placing 'x' from 9 for 2) end as descriptor
     from (select search_name, row_number() over (order by id) as n from merchant where tenant_id = $1) m limit $2`,
    [tenantId, CARDS],
  );
  client.release(true);

  const [directory, match] = [new FindDirectory(new FindCustomer()), new MatchMerchants()];
  const page =
    (query: DirectoryQuery, offset = 0) =>
    () =>
      uow.read(ctx, async (tx) => {
        const keys = await directory.list(tx, query, { limit: PAGE, offset });
        return directory.load(tx, keys.map(({ id }) => id)); // prettier-ignore
      });
  const plain = (rest: string, ...values: unknown[]): [string, ...unknown[]] => [
    `select o.*, m.*, array(select v from venue v where v.tenant_id = $1 and v.merchant_id = m.id order by v.reference limit ${PAGE}) from offer o
     join merchant m on m.tenant_id = o.tenant_id and m.id = o.merchant_id
     where o.tenant_id = $1 and o.status = 'active' and m.status = 'active' and o.starts_at <= now() and coalesce(o.ends_at > now(), true) ${rest}`,
    tenantId,
    ...values,
  ];
  const by = (...filters: DirectoryFilter[]): DirectoryQuery => ({ filters });
  const distance = `6371008.8 * 2 * asin(sqrt(power(sind((v.latitude - $2) / 2), 2) + cosd($2) * cosd(v.latitude) * power(sind((v.longitude - $3) / 2), 2)))`;
  const near = `(select min(${distance}) from venue v where v.tenant_id = $1 and v.merchant_id = m.id)`;
  const cases: Case[] = [
    { name: 'first page', ours: page(by()), sql: plain(`order by m.popularity desc, o.id desc limit ${PAGE}`) },
    { name: 'page 2,500', ours: page(by(), 50_000), sql: plain(`order by m.popularity desc, o.id desc limit ${PAGE} offset 50000`) },
    { name: 'all counted', ours: () => uow.read(ctx, (tx) => directory.count(tx, by())), sql: [plain('')[0].replace(/select .* from offer o/s, 'select count(*) from offer o'), tenantId] }, // prettier-ignore
    {
      name: 'a category by rating',
      ours: page(by({ by: 'category', categories: ['education'] }, { by: 'rating', direction: 'desc' })),
      sql: plain(`and m.category = 'education' order by m.rating desc, o.id desc limit ${PAGE}`),
    },
    { name: 'the nearest', ours: page(by({ by: 'near', place })), sql: plain(`and ${near} <= 25000 order by ${near}, o.id limit ${PAGE}`, place.latitude, place.longitude) }, // prettier-ignore
    { name: 'part of a name', ours: page(by({ by: 'name', text: 'cafe azul' })), sql: plain(`and m.search_name like '%cafe azul%' order by m.popularity desc limit ${PAGE}`) }, // prettier-ignore
    { name: `${CARDS.toLocaleString('en-US')} cards matched, half by likeness`, ours: () => uow.read(ctx, (tx) => match.find(tx, cards)) },
  ];
  const rows: string[][] = [];
  for (const { name, ours, sql } of cases) {
    const timed = (call: () => Promise<unknown>) => async (): Promise<number> => {
      const begun = performance.now();
      await call();
      return 1_000 / (performance.now() - begun);
    };
    const contestants = [{ name: 'platform', turn: timed(ours) }, ...(sql ? [{ name: 'SQL', turn: timed(() => owner.query(sql[0], sql.slice(1))) }] : [])]; // prettier-ignore
    const figures = await takeTurns(options.rounds, contestants, (step) => tell(`directory, ${name}: ${step}`));
    const [platform, other] = [figures.get('platform')!, figures.get('SQL')];
    rows.push([
      name,
      milliseconds(1_000 / platform.median),
      other ? milliseconds(1_000 / other.median) : '',
      other ? times(platform.over(other)) : '',
    ]);
  }
  return {
    tables: [
      {
        title: 'The directory of 100,000 offers at 33,000 merchants with 300,000 venues, one call',
        note: `Pages of ${PAGE} with merchants and venues, under row-level security, against the same from the bare tables as superuser, without a read model.`,
        columns: ['', 'platform', 'SQL', 'speed of SQL'],
        rows,
      },
    ],
    goals: [],
  };
}
