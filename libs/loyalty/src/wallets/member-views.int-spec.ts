import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { daysOf, earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';

const DAY = 86_400_000;
const source = { channel: 'test', requestId: 'r' };
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let loyalty: LoyaltyFixture;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  loyalty = await loyaltyFixture(uow, database.ownerUrl, { expiry_policy: { type: 'rolling', months: 1, round_up_to: 'month' } });
});
afterAll(async () => {
  await close();
  await database.close();
});

const memberId = async (reference: string): Promise<string> =>
  (await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference))).id;
const balance = async (reference: string, at: LoyaltyFixture = loyalty, asOf?: Date) => {
  const id = await memberId(reference);
  return uow.read(at.ctx, (tx) => loyalty.room.wallets.balance(tx, id, undefined, asOf));
};

test('the balance as of a moment is the balance that was answered then (C11.5, LED-09)', async () => {
  const [held] = await loyalty
    .posted(earnFact('ann', 100), { kind: 'hold', source, member: { reference: 'ann' }, points: 30 })
    .then((all) => all.slice(1));
  await loyalty.posted(earnFact('ann', 50, { availableAt: new Date(Date.now() + 3 * DAY) }));
  const then = await balance('ann');
  expect(then).toMatchObject({ posted: 150, available: 70, held: 30, pending: 50 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await loyalty.posted({ kind: 'capture', source, holdId: held!.id, points: 10, keepOpen: false }, redeemFact('ann', 60));
  expect(await balance('ann')).toMatchObject({ posted: 80, available: 30, held: 0, pending: 50 });
  expect(await balance('ann', loyalty, new Date(then.as_of))).toEqual(then);
  expect(await balance('ann', loyalty, new Date(0))).toMatchObject({ posted: 0, available: 0, held: 0, pending: 0 });
});

test('a statement adds up, and its pages hold every entry once', async () => {
  await loyalty.posted(earnFact('bo', 100), earnFact('bo', 20));
  const [redeemed] = await loyalty.posted(redeemFact('bo', 70));
  await loyalty.posted({ kind: 'reverse', source, transactionId: redeemed!.id, points: 30 });
  await loyalty.posted(earnFact('cy', 5), { kind: 'transfer', source, from: { reference: 'bo' }, to: { reference: 'cy' }, points: 15 });
  const id = await memberId('bo');
  const read = (after?: string) => uow.read(loyalty.ctx, (tx) => loyalty.room.statement.find(tx, id, { after, limit: 2 }));
  const first = await read();
  expect(first).toMatchObject({
    opening: 0,
    closing: 65,
    totals: { earned: 120, redeemed: 70, expired: 0, reversed: 30, transferred: -15, adjusted: 0 },
  });
  const second = await read(first.entries.at(-1)!.seq);
  const third = await read(second.entries.at(-1)!.seq);
  const points = [...first.entries, ...second.entries, ...third.entries].map((entry) => entry.points);
  expect(points).toEqual([100, 20, -70, 30, -15]);
});

test('a transfer shows on both sides, and a partial reversal changes the present status', async () => {
  const [cy, bo] = [await memberId('cy'), await memberId('bo')];
  const list = (filter: object) => uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.list(tx, { limit: 20, ...filter }));
  expect(
    (await list({ memberId: cy })).map(({ type, points, balance_after, member_id }) => ({ type, points, balance_after, member_id })),
  ).toEqual([
    { type: 'transfer_in', points: 15, balance_after: 20, member_id: cy },
    { type: 'earn', points: 5, balance_after: 5, member_id: cy },
  ]);
  expect((await list({ memberId: bo })).map(({ type, status }) => [type, status])).toEqual([
    ['transfer_out', 'completed'],
    ['reverse', 'completed'],
    ['redeem', 'partially_refunded'],
    ['earn', 'completed'],
    ['earn', 'completed'],
  ]);
  expect(await list({ memberId: bo, type: 'transfer_in' })).toEqual([]);
  expect(await list({ memberId: cy, type: 'transfer_in' })).toHaveLength(1);
  expect((await list({ status: 'partially_refunded' })).map((row) => row.member_id)).toEqual([bo]);
  const all = await list({});
  expect(await list({ before: String(all[1]!.number), limit: 1 })).toEqual([all[2]]);
});

test('explain decomposes a redemption into lots, and an earning into its rule (beyond 6)', async () => {
  const [earned, spent] = await loyalty.posted(
    earnFact('di', 0, { earned: { purchase: { amount: '120.99', currency: 'USD' } } }),
    redeemFact('di', 20),
  );
  const explain = (id: string) => uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.explain(tx, id));
  expect(await explain(earned!.id)).toMatchObject({
    lots: [{ original: 120, remaining: 100 }],
    allocations: [],
    rules: [{ id: loyalty.program.id, version: 1, points: 120, reason: '1 points for 1 USD of 120.99, rounded floor.' }],
    source: { channel: 'test', request_id: 'test-request' },
    entries: [
      { purpose: 'issuance', points: -120 },
      { purpose: 'wallet', points: 120, balance_after: 120 },
    ],
  });
  const {
    lots: [lot],
  } = await explain(earned!.id);
  expect(await explain(spent!.id)).toMatchObject({ lots: [], allocations: [{ lot_id: lot!.id, points: -20, held: 0 }] });
});

test('expiry moves what is left to breakage, once, however often it runs (C1.8, C11.6), and the schedule foretells the day', async () => {
  await loyalty.posted(earnFact('ed', 40), redeemFact('ed', 15), {
    kind: 'hold',
    source,
    member: { reference: 'ed' },
    points: 5,
    expiresIn: 60,
  });
  const id = await memberId('ed');
  const [due] = await uow.read(loyalty.ctx, (tx) => loyalty.room.lots.expirySchedule(tx, id, undefined, 12));
  expect(due!.points).toBe(25);
  const lastInstant = new Date(`${due!.date}T23:59:59.000+05:30`).getTime() - Date.now();
  const sweep = (at: LoyaltyFixture) => daysOf(uow).execute(at.ctx);
  await sweep(loyalty.ahead(lastInstant));
  expect(await balance('ed', loyalty.ahead(lastInstant))).toMatchObject({ posted: 25, available: 25, held: 0 });
  const after = loyalty.ahead(lastInstant + 2_000);
  expect(await balance('ed', after)).toMatchObject({ posted: 25, available: 0 });
  await sweep(after);
  await sweep(after);
  expect(await balance('ed', after)).toMatchObject({ posted: 0, available: 0 });
  const expired = await uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.list(tx, { memberId: id, type: 'expire', limit: 5 }));
  expect(expired).toHaveLength(1);
  expect(expired[0]).toMatchObject({ points: 25, balance_after: 0 });
});
