import { Points, type TenantContext } from '@tallystick/kernel';
import type { PointsFact, PointsTransaction, TransactionAnalytics } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import { DateTime } from 'luxon';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { daysOf, earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { SummarizeWallet } from '../wallets/wallet-summary.query.js';
import { CountTransactions } from './transaction-analytics.query.js';

const HOUR = 3_600_000;
const source = { channel: 'test', requestId: 'r' };
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await close();
  await database.close();
});

/** The next change of clocks in a zone, if it has any; else the midnight after the next, as clocks only go ahead. */
function turn(zone: string): DateTime {
  const start = DateTime.now().setZone(zone).startOf('day').plus({ days: 1 });
  for (let day = start; day < start.plus({ years: 1 }); day = day.plus({ days: 1 }))
    if (day.offset !== day.plus({ days: 1 }).offset) return day;
  return start.plus({ days: 1 });
}

/** Two members' history around the turn of a zone, an hour or a few apart: everything that moves points. */
async function history(
  loyalty: LoyaltyFixture,
  zone: string,
): Promise<{ shown: PointsTransaction[]; first: DateTime; ctx: TenantContext }> {
  await owner.query('update tenant set timezone = $2 where id = $1', [loyalty.ctx.tenantId, zone]);
  const first = turn(zone).minus({ days: 1 }).plus({ minutes: 30 });
  const shown: PointsTransaction[] = [];
  let last = loyalty;
  for (let step = 0; step < 26; step++) {
    const at = (last = loyalty.ahead(first.toMillis() + step * 2.5 * HOUR - Date.now()));
    const facts: PointsFact[] = [
      earnFact(step % 2 ? 'ann' : 'bo', 0, { earned: { purchase: { amount: `${100 + step}.00`, currency: 'USD' } } }),
    ];
    if (step % 3 === 0) facts.push(earnFact('ann', 50 + step, { expiresAt: new Date(first.toMillis() + (step + 4) * 2.5 * HOUR) }));
    if (step % 3 === 1) facts.push(redeemFact('ann', 20));
    if (step % 4 === 1) facts.push({ kind: 'transfer', source, from: { reference: 'ann' }, to: { reference: 'bo' }, points: 3 });
    if (step % 5 === 2) facts.push({ kind: 'hold', source, member: { reference: 'bo' }, points: 7 });
    if (step % 6 === 3) facts.push({ kind: 'adjust_credit', source, member: { reference: 'bo' }, points: 9, reasonCode: 'goodwill' });
    if (step % 7 === 4) facts.push({ kind: 'reverse', source, transactionId: shown.find(({ type }) => type === 'redeem')!.id, points: 2 });
    shown.push(...(await at.posted(...facts)));
    await daysOf(uow).execute(at.ctx);
  }
  const ctx = last.ctx;
  const expired = await uow.read(ctx, (tx) => loyalty.room.transactions.list(tx, { type: 'expire', limit: 100 }));
  return { shown: [...shown, ...expired], first, ctx };
}

/** The movements of a time, counted one by one. */
function counted(shown: readonly PointsTransaction[], zone: string, from: string, to: string) {
  const own = shown.filter(({ posted_at: at }) => {
    const day = DateTime.fromISO(at, { zone }).toISODate()!;
    return day >= from && day <= to;
  });
  const sum = (...types: string[]) => own.filter(({ type }) => types.includes(type)).reduce((total, { points }) => total + points, 0);
  const [issued, redeemed, expired, reversed, adjusted] = [sum('earn'), sum('redeem'), sum('expire'), sum('reverse'), sum('adjust_credit')];
  return { issued, redeemed, expired, reversed, adjusted, transferred: 0, net: issued - redeemed - expired + reversed + adjusted };
}

describe.each(['Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe'])('analytics in %s', (zone) => {
  let loyalty: LoyaltyFixture;
  let told: Awaited<ReturnType<typeof history>>;
  let days: { from: string; to: string };
  beforeAll(async () => {
    loyalty = await loyaltyFixture(uow, database.ownerUrl);
    told = await history(loyalty, zone);
    const last = told.first.plus({ days: 6 });
    days = { from: told.first.minus({ days: 2 }).toISODate()!, to: last.toISODate()! };
  });
  const ask = (question: object, ctx = told.ctx): Promise<TransactionAnalytics> =>
    uow.read(ctx, (tx) => new CountTransactions(loyalty.room.findPrograms).find(tx, { granularity: 'day', ...days, ...question }));

  test.each(['day', 'week', 'month'] as const)('by %s equal a count by hand, in local days (C10.11)', async (granularity) => {
    const answer = await ask({ granularity });
    expect(answer).toMatchObject({ timezone: zone, granularity, ...days, ...counted(told.shown, zone, days.from, days.to) });
    for (const { from, to, ...movements } of answer.series) expect([from, movements]).toEqual([from, counted(told.shown, zone, from, to)]);
    expect(answer.series.at(0)!.from).toBe(days.from);
    expect(answer.series.at(-1)!.to).toBe(days.to);
    expect(answer.series.filter(({ net }) => net !== 0).length).toBeGreaterThanOrEqual(granularity === 'day' ? 3 : 1);
    expect(answer.issued).toBeGreaterThan(2_000);
    expect(answer.expired).toBeGreaterThan(0);
    expect(answer.breakage_rate).toBe(Math.round((answer.expired / answer.issued) * 10_000) / 10_000);
  });

  test('come to what all balances hold, and to one member what theirs holds', async () => {
    const { rows } = await owner.query<{ owner_id: string; id: string; posted: string }>(
      `select owner_id, id, posted from ledger_account where tenant_id = $1 and owner_type = 'member'`,
      [loyalty.ctx.tenantId],
    );
    expect((await ask({})).net).toBe(rows.reduce((sum, { posted }) => sum + Number(posted), 0));
    for (const { owner_id, id, posted } of rows) {
      const ctx = { ...told.ctx, actor: { type: 'member', id: owner_id } } as const;
      const own = await ask({}, ctx);
      expect(own.net).toBe(Number(posted));
      expect(Math.abs(own.transferred)).toBeGreaterThan(0);
      const summary = await uow.read(ctx, (tx) => new SummarizeWallet(loyalty.room.wallets).find(tx, id, { by: 'month' }));
      expect(summary).toMatchObject({ opening: 0, closing: Number(posted), from: null });
      expect(summary.months!.at(-1)!.closing).toBe(Number(posted));
      const { earned, bonus, redeemed, transferred } = summary.totals;
      expect([earned + bonus, redeemed, transferred]).toEqual([own.issued, own.redeemed, own.transferred]);
      const oneDay = await uow.read(ctx, (tx) =>
        new SummarizeWallet(loyalty.room.wallets).find(tx, id, { from: told.first.toISODate()!, to: told.first.toISODate()! }),
      );
      expect(oneDay.totals.earned).toBe(
        told.shown
          .filter(({ type, wallet_id, narration }) => type === 'earn' && wallet_id === id && narration === null)
          .filter(({ posted_at, points }) => points >= 100 && DateTime.fromISO(posted_at, { zone }).hasSame(told.first, 'day'))
          .reduce((sum, { points }) => sum + points, 0),
      );
    }
  });
});

test('a period is read by the index on time, not all that there is', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl);
  await loyalty.posted(...Array.from({ length: 500 }, (_, n) => earnFact('ann', 5, { reference: `many-${n}` })));
  await owner.query('analyze ledger_transaction');
  const asked: [string, unknown[]][] = [];
  await uow.read(loyalty.ctx, (tx) => {
    const query = (sql: string, values: unknown[]) => asked.push([sql, values]) && tx.query(sql, values);
    const watched = Object.create(tx, { query: { value: query } }) as typeof tx;
    const period = { granularity: 'day', from: '2020-01-01', to: '2020-01-02' } as const;
    return new CountTransactions(loyalty.room.findPrograms).find(watched, period);
  });
  const [sql, values] = asked.at(-1)!;
  const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/ledger_transaction_recorded[^]*Index Cond: .*recorded_at >= /);
});

test('points with decimals stay exact, and a program nobody has is not found', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, {}, 2);
  await loyalty.posted(earnFact('ann', '0.10'), earnFact('ann', '0.20'));
  const count = new CountTransactions(loyalty.room.findPrograms);
  const answer = await uow.read(loyalty.ctx, (tx) => count.find(tx, { granularity: 'month' }));
  expect(answer.issued).toBe(Points.of(30n, 2).toNumber());
  expect(answer.breakage_rate).toBe(0);
  await expect(
    uow.read(loyalty.ctx, (tx) => count.find(tx, { granularity: 'day', programId: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' })),
  ).rejects.toMatchObject({ definition: { code: 'not_found' } });
});
