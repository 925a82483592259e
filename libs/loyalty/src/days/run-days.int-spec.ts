import { newId } from '@tallystick/kernel';
import { houseAccountId, PostTransactions, Reconcile, type LedgerCommand } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { daysOf, earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { ExpirePoints } from '../points/expire-points.operation.js';
import { ExpireLots } from './expire-lots.step.js';
import { RunDays } from './run-days.js';

const DAY = 86_400_000;
const source = { channel: 'test', requestId: 'r' };
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.workerUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

/** What a life comes to: balances of members and houses, lots, and what was posted, by day. */
const endOf = (loyalty: LoyaltyFixture) =>
  uow.read(loyalty.ctx, async (tx) => ({
    accounts: await tx.query(`select purpose, posted, held from ledger_account where tenant_id = $1 order by purpose, posted, held`, [
      tx.ctx.tenantId,
    ]),
    lots: await tx.query('select original, remaining, held from ledger_lot where tenant_id = $1 order by original, remaining, held', [
      tx.ctx.tenantId,
    ]),
    swept: await tx.query(
      `select kind, amount, date(effective_at at time zone 'Asia/Kolkata')::text as day from ledger_transaction
       where tenant_id = $1 and kind in ('expire', 'release') order by effective_at, kind, amount`,
      [tx.ctx.tenantId],
    ),
    differences: (await new Reconcile().execute(tx)).differences,
  }));

/** Lots that end day after day, points that come late to a member who owes, and a hold over points whose day passes. */
async function live(): Promise<LoyaltyFixture> {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, {
    return_policy: 'allow_negative',
    expiry_policy: { type: 'rolling', days: 3 },
  });
  const [bought] = await loyalty.posted(
    earnFact('ann', 0, { earned: { purchase: { amount: '50', currency: 'USD' } } }),
    redeemFact('ann', 50),
    earnFact('ann', 7, { availableAt: new Date(Date.now() + DAY), expiresAt: new Date(Date.now() + 3 * DAY) }),
    earnFact('ann', 90, { availableAt: new Date(Date.now() + 2 * DAY) }),
    earnFact('bo', 20),
    earnFact('bo', 30, { expiresAt: new Date(Date.now() + 20 * DAY) }),
    earnFact('cy', 11, { expiresAt: new Date(Date.now() + DAY) }),
    { kind: 'hold', source, member: { reference: 'bo' }, points: 15, expiresIn: 6 * 86_400 },
  );
  await loyalty.posted({ kind: 'refund_transaction', source, transactionId: bought!.id });
  return loyalty;
}

test('the work of days done every day, twice a day, or once and late comes to the same (C1.7, C11.6)', async () => {
  const days = daysOf(uow);
  const [daily, often, late] = [await live(), await live(), await live()];
  for (const one of [daily, often, late]) await days.execute(one.ctx);
  for (let day = 1; day <= 9; day++) {
    await days.execute(daily.ahead(day * DAY).ctx);
    await Promise.all([1, 2].map(() => days.execute(often.ahead(day * DAY).ctx)));
    await days.execute(often.ahead((day + 0.5) * DAY).ctx);
  }
  await days.execute(late.ahead(9 * DAY).ctx);
  const end = await endOf(daily);
  expect(await endOf(often)).toEqual(end);
  expect(await endOf(late)).toEqual(end);
  expect(end.differences).toEqual([]);
  expect(end.accounts).toContainEqual({ purpose: 'debt', posted: '0', held: '0' });
  expect(end.swept).toHaveLength(5);
});

test('20,000 lots whose expiry is broken off again and again, before and after commits: each expires exactly once (LED-10)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { expiry_policy: { type: 'rolling', days: 1 } });
  const [members, each] = [2_500, 8];
  const earned = await loyalty.posted(...Array.from({ length: members }, (_, m) => earnFact(`m-${m}`, 1)));
  const terms = { earnedAt: new Date(), availableAt: new Date(), expiresAt: new Date(Date.now() + DAY) };
  const from = houseAccountId(loyalty.program.assetId, 'issuance');
  // Seven lots more for everybody, in a posting each.
  const more = earned.map(({ wallet_id: to }): LedgerCommand => {
    const legs = [2n, 3n, 4n, 5n, 6n, 7n, 8n].map((amount) => ({ from, to, amount, lot: terms }));
    return { act: 'post', kind: 'earn', id: newId(), account: to, legs };
  });
  await uow.run(loyalty.ctx, (tx) => new PostTransactions().execute(tx, more));
  const later = loyalty.ahead(3 * DAY);
  const expire = new ExpireLots(new ExpirePoints(new PostTransactions()));
  let runs = 0;
  let stop = new AbortController();
  const broken = new RunDays(uow, [
    {
      due: (tx, at, limit) => expire.due(tx, at, limit),
      async run(tx, at, ids) {
        await expire.run(tx, at, ids);
        runs += 1;
        if (runs % 3 === 0) throw new Error('the process is gone');
        if (runs % 3 === 1) stop.abort();
      },
    },
  ]);
  let tries = 0;
  const left = async (): Promise<number> =>
    (
      await uow.read(later.ctx, (tx) =>
        tx.query<{ n: number }>('select count(*)::int as n from ledger_lot where tenant_id = $1 and remaining > 0', [tx.ctx.tenantId]),
      )
    )[0]!.n;
  for (; (await left()) > 0; tries += 1) {
    stop = new AbortController();
    // Two workers at once, as after a restart before the first has let go.
    await Promise.allSettled([1, 2].map(() => broken.execute(later.ctx, stop.signal)));
  }
  expect(tries).toBeGreaterThan(2);
  const end = await uow.read(later.ctx, (tx) =>
    tx.query(
      `select (select count(*)::int from ledger_lot where tenant_id = $1) as lots,
         (select count(*)::int from ledger_lot_use where tenant_id = $1) as uses,
         (select count(distinct lot_id)::int from ledger_lot_use where tenant_id = $1) as used,
         (select posted::int from ledger_account where tenant_id = $1 and purpose = 'expired') as breakage,
         (select max(posted)::int from ledger_account where tenant_id = $1 and purpose = 'wallet') as wallet`,
      [tx.ctx.tenantId],
    ),
  );
  const lots = members * each;
  expect(end).toEqual([{ lots, uses: lots, used: lots, breakage: (lots * (each + 1)) / 2, wallet: 0 }]);
  expect((await uow.read(later.ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
}, 60_000);
