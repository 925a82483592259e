import { requestContext } from '@tallystick/kernel';
import { EvaluateTiers, RefreshSegment, SaveSegment, SaveTier, SaveTierScheme } from '@tallystick/loyalty';
import { LearnMerchants } from '@tallystick/offers';
import { RemoveOldEvents } from '@tallystick/messaging';
import { createLogger, type UnitOfWork } from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import { cardItem, cashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities } from '../../../../test/support/identity.js';
import { earnFact, loyaltyFixture } from '../../../../test/support/loyalty.js';
import { RefreshSegmentJob } from '../jobs/refresh-segment.job.js';
import { ReviewTiersJob } from '../jobs/review-tiers.job.js';
import { tamper } from '../../../../test/support/tamper.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { LearnFromPurchases } from './learn-merchants.schedule.js';
import { RefreshSegments } from './refresh-segments.schedule.js';
import { RemoveOldRows } from './remove-old-rows.schedule.js';
import { ReviewDueTiers } from './review-tiers.schedule.js';

const DAY = 86_400_000;
const never = new AbortController().signal;

let database: TestDatabase;
let worker: { uow: UnitOfWork; close(): Promise<void> };
let contexts: WorkContexts;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
  contexts = new WorkContexts(
    worker.uow,
    new TenantDirectory(worker.uow, new FindTenant()),
    createLogger({ app: 'test', level: 'silent' }),
  );
});
afterAll(async () => {
  await worker?.close();
  await database?.close();
});

/** A tenant where A has bought and B has not; its clock can be moved on as a sandbox's. */
async function openStanding() {
  const loyalty = await loyaltyFixture(worker.uow, database.ownerUrl);
  const { ctx, uow, program } = loyalty;
  await loyalty.posted(earnFact('A', 1, { earned: { purchase: { amount: '150.00', currency: 'USD' } } }), earnFact('B', 5));
  const segment = await uow.run(ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, program.id, (known) => ({ ...known, period: 'rolling_months', period_months: 1 }));
    await new SaveTier().create(tx, program.id, { code: 'silver', name: 'Silver', rank: 1, threshold: '100', earnMultiplier: '1' });
    const definition = {
      all: [
        { field: 'tier', op: 'eq', value: 'silver' },
        { field: 'purchases', days: 30, op: 'gte', value: 1 },
      ],
    };
    return new SaveSegment().create(tx, { code: 'fresh', name: 'Fresh', description: null, definition });
  });
  const ask = async (sql: string): Promise<string[]> =>
    (await uow.read(ctx, (tx) => tx.query<{ found: string }>(sql, [ctx.tenantId]))).map(({ found }) => found);
  return {
    ...loyalty,
    segment,
    inTier: () =>
      ask(`select m.reference as found from member_tier t join member m on m.tenant_id = $1 and m.id = t.member_id
           where t.tenant_id = $1 and t.tier_id is not null`),
    inSegment: () =>
      ask(
        `select m.reference as found from segment_member s join member m on m.tenant_id = $1 and m.id = s.member_id where s.tenant_id = $1`,
      ),
    moveClock: (days: number) =>
      tamper(database.ownerUrl, `update tenant set mode = 'sandbox', clock_offset_ms = $2 where id = $1`, [ctx.tenantId, days * DAY]),
  };
}

it('keeps tiers and segments of every tenant current, by its own clock', async () => {
  const [one, other] = [await openStanding(), await openStanding()];
  const tiers = new ReviewDueTiers(contexts, worker.uow, new EvaluateTiers());
  const segments = new RefreshSegments(contexts, worker.uow, new RefreshSegment());
  await tiers.run(AbortSignal.abort());
  expect(await one.inTier()).toEqual([]);
  await tiers.run(never);
  await segments.run(never);
  for (const tenant of [one, other]) expect([await tenant.inTier(), await tenant.inSegment()]).toEqual([['A'], ['A']]);
  await one.moveClock(40);
  await tiers.run(never);
  await segments.run(never);
  expect([await one.inTier(), await one.inSegment(), await other.inTier(), await other.inSegment()]).toEqual([[], [], ['A'], ['A']]);
});

it('learns from the card transactions of every tenant, and counts how popular merchants are', async () => {
  const banks = [await cashbackFixture(worker.uow), await cashbackFixture(worker.uow)];
  const works = new LearnFromPurchases(contexts, worker.uow, new LearnMerchants());
  const popular = ({ ctx }: (typeof banks)[number]) =>
    worker.uow.read(ctx, (tx) =>
      tx.query<{ m: string; e: string }>(
        `select m.popularity as m, e.popularity as e from merchant m join directory_entry e on e.tenant_id = $1 and e.merchant_id = m.id
         where m.tenant_id = $1`,
        [ctx.tenantId],
      ),
    );
  for (const [n, bank] of banks.entries()) {
    await bank.shop('shop');
    const old = cardItem('old', 'A', { date: new Date(Date.now() - 100 * DAY).toISOString() });
    const fresh = [0, 1].slice(n).map((id) => cardItem(`${id}`, 'A', { date: new Date(Date.now() - DAY).toISOString() }));
    await bank.batch([old, ...fresh]);
  }
  await works.run(AbortSignal.abort());
  expect(await popular(banks[0]!)).toEqual([{ m: '0', e: '0' }]);
  for (let times = 0; times < 2; times++) {
    await works.run(never);
    expect([await popular(banks[0]!), await popular(banks[1]!)]).toEqual([[{ m: '2', e: '2' }], [{ m: '1', e: '1' }]]);
  }
});

it('does at once what was saved, and comes to the same when a job is run twice', async () => {
  const { ctx, program, segment, inTier, inSegment } = await openStanding();
  const system = requestContext({ ...ctx, actor: { type: 'system', id: 'worker' } });
  for (let times = 0; times < 2; times++) {
    await new ReviewTiersJob(new EvaluateTiers()).handleInSteps(system, worker.uow, { program_id: program.id });
    await new RefreshSegmentJob(new RefreshSegment()).handleInSteps(system, worker.uow, { segment_id: segment.id });
    expect([await inTier(), await inSegment()]).toEqual([['A'], ['A']]);
  }
});

it('removes counters of days and months after 400 days by the clock of the tenant; what counts for ever stays', async () => {
  const caps = { per_transaction: null, per_day: '500', per_month: '600', per_member: '700' };
  const one = await loyaltyFixture(worker.uow, database.ownerUrl, { earn_caps: caps });
  const purchase = { earned: { purchase: { amount: '150.00', currency: 'USD' } } };
  const [bought] = await one.posted(earnFact('A', 0, purchase));
  const works = new RemoveOldRows(contexts, worker.uow, new RemoveOldEvents());
  const counted = async (days: number): Promise<(string | number)[]> => {
    await tamper(database.ownerUrl, `update tenant set mode = 'sandbox', clock_offset_ms = $2 where id = $1`, [
      one.ctx.tenantId,
      days * DAY,
    ]);
    await works.run(never);
    const rows = await worker.uow.read(one.ctx, (tx) =>
      tx.query<{ period: string }>('select period from earning_counter where tenant_id = $1 order by length(period)', [one.ctx.tenantId]),
    );
    return rows.map(({ period }) => (period === 'ever' ? period : period.length));
  };
  expect(await counted(365)).toEqual(['ever', 7, 10]);
  expect(await counted(430)).toEqual(['ever']);
  // A refund that comes later still gives back what counts for ever.
  const later = one.ahead(430 * DAY);
  await later.posted({ kind: 'refund_transaction', source: { channel: 'test', requestId: 'r' }, transactionId: bought!.id });
  const used = await worker.uow.read(one.ctx, (tx) =>
    tx.query(`select used from earning_counter where tenant_id = $1 and period = 'ever'`, [one.ctx.tenantId]),
  );
  expect(used).toEqual([{ used: '0' }]);
});
