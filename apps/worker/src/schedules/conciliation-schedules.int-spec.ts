import { DeliveredEvents, FanOutEvents, SaveCallback } from '@tallystick/messaging';
import { FindWindows, VerifyWindows } from '@tallystick/offers';
import { createLogger, Keyring, Metrics, type UnitOfWork } from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import { cardItem } from '../../../../test/support/cashback.js';
import { conciliationFixture, type ConciliationFixture } from '../../../../test/support/conciliation.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities } from '../../../../test/support/identity.js';
import { tamper } from '../../../../test/support/tamper.js';
import { DisperseWindowsJob } from '../jobs/disperse-windows.job.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { CloseDueWindows } from './close-windows.schedule.js';
import { ConfirmDispersions } from './confirm-dispersions.schedule.js';
import { VerifyClosedWindows } from './verify-windows.schedule.js';

const never = new AbortController().signal;
const logger = createLogger({ app: 'test', level: 'silent' });

let database: TestDatabase;
let worker: { uow: UnitOfWork; close(): Promise<void> };
let contexts: WorkContexts;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
  contexts = new WorkContexts(worker.uow, new TenantDirectory(worker.uow, new FindTenant()), logger);
});
afterAll(async () => {
  await worker?.close();
  await database?.close();
});

/** A tenant that is ahead of the others' clocks, as a sandbox is. */
async function openAhead(now: string) {
  const bank = await conciliationFixture(worker.uow);
  await bank.shop('shop');
  bank.goTo(now);
  const offset = new Date(now).getTime() - Date.now();
  await tamper(database.ownerUrl, `update tenant set mode = 'sandbox', clock_offset_ms = ${offset} where id = '${bank.ctx.tenantId}'`);
  return bank;
}

/** A worker of its own. */
const closing = (bank: ConciliationFixture): CloseDueWindows =>
  new CloseDueWindows(contexts, bank.windows.closeAll, new Metrics('test'), logger);

test('windows close by the clock of the tenant, all that ended while nobody worked, once by however many workers', async () => {
  const bank = await openAhead('2030-01-20T12:00:00-06:00');
  await bank.cards(
    cardItem('p1', 'ana', { settled_at: '2030-01-02T12:00:00-06:00' }),
    cardItem('p2', 'ana', { settled_at: '2030-01-15T12:00:00-06:00' }),
  );
  const [one, other] = [closing(bank), closing(bank)];
  await Promise.all([one.run(never), other.run(never)]);
  const windows = await bank.rows('select state, lines from conciliation_window where tenant_id = $1 order by number');
  expect(windows).toEqual([
    { state: 'closed', lines: 1 },
    { state: 'dispersed', lines: 0 },
    { state: 'open', lines: null },
  ]);
  expect(await bank.verified()).toMatchObject({ windows: 2, problem: null });
});

test('a callback that took every part of a dispersion says that the cashback was handed on; once, however often it is delivered', async () => {
  const bank = await openAhead('2030-01-20T12:00:00-06:00');
  const save = new SaveCallback(new Keyring([Buffer.alloc(32, 7)]));
  const callback = {
    purpose: 'reworth.redemptions',
    kind: 'reworth',
    url: 'https://bank.example/dispersions',
    eventType: 'redemption.dispersion',
  } as const;
  await bank.run((tx) => save.execute(tx, callback));
  const many = Array.from({ length: 1_001 }, (_, index) => cardItem(`p${index}`, `m${index}`, { settled_at: '2030-01-02T12:00:00-06:00' }));
  await bank.cards(...many);
  const [id] = (await bank.closeAll()) as [string];
  while ((await bank.run((tx) => new FanOutEvents().execute(tx))).events > 0);
  const confirm = new ConfirmDispersions(contexts, worker.uow, new FindWindows(), new DeliveredEvents(), bank.windows.disperse);
  const deliver = (which: string) =>
    tamper(
      database.ownerUrl,
      `update webhook_delivery set status = 'delivered', next_attempt_at = null, delivered_at = now()
       where tenant_id = '${bank.ctx.tenantId}' and id = (select ${which}(id::text)::uuid from webhook_delivery where tenant_id = '${bank.ctx.tenantId}')`,
    );
  await deliver('min');
  await confirm.run(never);
  expect(await bank.window(id)).toMatchObject({ state: 'closed' });
  await deliver('max');
  await confirm.run(never);
  // A thousand payouts in one transaction, the rest by the job that it asked for.
  expect(await bank.window(id)).toMatchObject({ state: 'dispersing', confirmedBy: 'callback', payoutsDone: 1_000, payouts: 1_001 });
  const job = new DisperseWindowsJob(bank.windows.disperse);
  for (let time = 0; time < 2; time++) await job.handleInSteps(bank.ctx, worker.uow);
  await confirm.run(never);
  expect(await bank.window(id)).toMatchObject({ state: 'dispersed', payoutsDone: 1_001 });
  const [{ paid }] = (await bank.rows<{ paid: string }>(
    "select posted as paid from ledger_account where tenant_id = $1 and purpose = 'cashback:dispersed'",
  )) as [{ paid: string }];
  expect(paid).toBe('500500');
  expect(await bank.differences()).toEqual([]);
});

test('every night the chains are checked: their last hashes go into the log, and operators are told of one that was altered', async () => {
  const log: Record<string, unknown>[] = [];
  const told = createLogger(
    { app: 'test', level: 'info' },
    { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const metrics = new Metrics('test');
  const work = new VerifyClosedWindows(contexts, worker.uow, new VerifyWindows(), metrics, told);
  const altered = async () => /^conciliation_chains_altered\{[^}]*\} (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
  const [sound, bad] = [await openAhead('2030-01-20T12:00:00-06:00'), await openAhead('2030-01-20T12:00:00-06:00')];
  for (const bank of [sound, bad]) {
    await bank.cards(cardItem('p1', 'ana', { settled_at: '2030-01-02T12:00:00-06:00' }));
    expect(await bank.closeAll()).toHaveLength(2);
  }
  await work.run(never);
  const saidOf = (bank: ConciliationFixture) => log.find(({ tenant }) => tenant === bank.ctx.tenantId);
  for (const bank of [sound, bad])
    expect(saidOf(bank)).toMatchObject({
      message: 'closed windows are as they were closed',
      windows: 2,
      hash: (await bank.verified()).hash,
    });
  expect(await altered()).toBe('0');
  log.length = 0;
  await tamper(database.ownerUrl, 'update conciliation_payout set payout = payout + 1, earned = earned + 1 where tenant_id = $1', [
    bad.ctx.tenantId,
  ]);
  await work.run(never);
  expect(saidOf(sound)).toMatchObject({ message: 'closed windows are as they were closed' });
  expect(saidOf(bad)).toMatchObject({
    message: 'closed windows of conciliation were altered',
    windows: 0,
    problem: { reason: 'has other payouts than it was closed with' },
  });
  expect(await altered()).toBe('1');
});
