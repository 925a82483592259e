import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type TenantContext } from '@tallystick/kernel';
import { RemoveOldEvents } from '@tallystick/messaging';
import { createLogger, Metrics, Readiness, type QueueConnection, type UnitOfWork } from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { until } from '../../../../test/support/receiver.js';
import { emptyQueues } from '../../../../test/support/worker.js';
import { JobFigures } from '../jobs/job-figures.js';
import { WorkerQueues } from '../queues/worker-queues.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { RemoveOldRows } from './remove-old-rows.schedule.js';
import { ScheduleBook } from './schedule-book.js';
import { ScheduleRunner } from './schedule-runner.js';
import { defineSchedule, scheduleCatalogue, type ScheduledWork } from './schedule.js';

const tick = defineSchedule({ name: 'test-tick', every: 1_000, summary: 'Ticks' });
const monthly = defineSchedule({ name: 'test-monthly', cron: '0 0 1 * *', timezone: 'Asia/Kolkata', summary: 'Begins the month in India' });
/** Whose keys those of the platform's people are. */
const PLATFORM = '00000000-0000-0000-0000-000000000000';
const logger = createLogger({ app: 'test', level: 'silent' });

describe(`schedules on ${process.env.REDIS_URL ? 'Redis' : 'PostgreSQL'}`, () => {
  let database: TestDatabase;
  let connection: QueueConnection;
  let queues: WorkerQueues;
  let book: ScheduleBook;
  const runners: ScheduleRunner[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    connection = await emptyQueues(database);
  });
  beforeEach(() => {
    queues = new WorkerQueues(connection, new Readiness());
    book = new ScheduleBook(queues);
  });
  afterEach(async () => {
    for (const runner of runners.splice(0)) await runner.beforeApplicationShutdown();
    for (const { key } of await queues.schedules.getJobSchedulers()) await queues.schedules.removeJobScheduler(key);
    await queues.schedules.obliterate({ force: true });
    await queues.onApplicationShutdown();
  });
  afterAll(() => database.close());

  const start = async (works: ScheduledWork[]): Promise<ScheduleRunner> => {
    const runner = new ScheduleRunner(works, connection, book, new JobFigures(new Metrics('worker')), logger);
    runners.push(runner);
    await runner.onApplicationBootstrap();
    return runner;
  };
  const entries = async () => new Map((await queues.schedules.getJobSchedulers()).map((entry) => [entry.key, entry]));

  it('are entered as they are declared, and struck out when they are declared no more', async () => {
    await queues.schedules.upsertJobScheduler('of-another-release', { every: 60_000 }, { name: 'of-another-release' });
    await queues.schedules.upsertJobScheduler(tick.name, { every: 60_000 }, { name: tick.name });
    await book.keep();
    const found = await entries();
    expect([...found.keys()].sort()).toEqual(scheduleCatalogue().map(({ name }) => name));
    expect(Number(found.get(tick.name)!.every)).toBe(1_000);
  });

  it('come round once for two workers (OUT-05)', async () => {
    const ticks: number[] = [];
    const work = { schedule: tick, run: async () => ticks.push(Date.now()) };
    await Promise.all([start([work]), start([work])]);
    await until(() => ticks.length >= 4);
    for (const [index, at] of ticks.entries()) if (index > 1) expect(at - ticks[index - 1]!).toBeGreaterThan(700);
  });

  it('that came round while no worker ran are done once, at the next start (OUT-05)', async () => {
    await book.keep();
    await sleep(3_000);
    const ticks: number[] = [];
    const started = Date.now();
    await start([{ schedule: tick, run: async () => ticks.push(Date.now() - started) }]);
    await until(() => ticks.length >= 2);
    expect(ticks[0]).toBeLessThan(700);
    expect(ticks.filter((at) => at < 700)).toHaveLength(1);
  });

  it('are done at once when they are new, also monthly ones: nobody knows what was missed (OUT-06)', async () => {
    let runs = 0;
    await start([{ schedule: monthly, run: async () => runs++ }]);
    await until(() => runs === 1);
    await queues.schedules.removeJobScheduler(monthly.name);
    await book.keep();
    await until(() => runs === 2);
  });

  it('come round again after the queue was lost while they run (OUT-06)', async () => {
    let runs = 0;
    await start([{ schedule: tick, run: async () => runs++ }]);
    await until(() => runs >= 1);
    for (const { key } of await queues.schedules.getJobSchedulers()) await queues.schedules.removeJobScheduler(key);
    await queues.schedules.obliterate({ force: true }).catch(() => undefined);
    const before = runs;
    await book.keep();
    await until(() => runs > before + 1);
  });

  it('begin the month where the tenant is (OUT-05)', async () => {
    await queues.schedules.upsertJobScheduler(monthly.name, { pattern: '0 0 2 * *' }, { name: monthly.name });
    await book.keep();
    const next = new Date((await entries()).get(monthly.name)!.next!);
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', dateStyle: 'short', timeStyle: 'medium' }).format(next)).toMatch(
      /^01\/\d\d\/\d{4}, 00:00:00$/,
    );
  });

  it('do not overtake themselves, and are asked to end when the process stops (OUT-04)', async () => {
    let [now, most, ended] = [0, 0, false];
    const runner = await start([
      {
        schedule: tick,
        run: async (signal) => {
          most = Math.max(most, ++now);
          await sleep(30_000, undefined, { signal }).catch(() => undefined);
          now--;
          ended = true;
        },
      },
    ]);
    await sleep(3_500);
    await runner.beforeApplicationShutdown();
    expect([most, ended]).toEqual([1, true]);
  });

  it('go on after a turn that failed', async () => {
    let runs = 0;
    await start([{ schedule: tick, run: async () => (++runs === 1 ? Promise.reject(new Error('first')) : undefined) }]);
    await until(() => runs >= 3);
  });
});

describe('the removal of old rows (IDM-10)', () => {
  let database: TestDatabase;
  let worker: { uow: UnitOfWork; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let tenants: TenantContext[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    tenants = [await openTenant(app.uow), await openTenant(app.uow)];
    await app.close();
    worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
    owner = await openUnitOfWork(database.ownerUrl);
  });
  afterAll(async () => {
    for (const each of [worker, owner, database]) await each?.close();
  });

  it('takes keys after 13 months, events after 90 days and passcodes after two, of every tenant and of the platform, and nothing younger', async () => {
    for (const { tenantId } of [...tenants, { tenantId: PLATFORM }])
      for (const [age, key] of [
        ['13 months 1 hour', 'old'],
        ['13 months -1 hour', 'young'],
      ] as const)
        // prettier-ignore
        await owner.dataSource.query(
          `insert into idempotency_key (tenant_id, actor_id, key, fingerprint, status, body, created_at) values ($1, 'a', $2, 'f', 200, '{}', now() - $3::interval)`,
          [tenantId, key, age],
        );
    for (const { tenantId } of tenants)
      for (const [age, name] of [
        ['90 days 2 hours', 'old'],
        ['89 days', 'young'],
      ] as const)
        // prettier-ignore
        await owner.dataSource.query(
          `insert into event (tenant_id, id, name, data, request_id, recorded_at, relayed_at)
           select $1, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000800000000000' || right($2::text, 4))::uuid, $3, '{}', 'x', at, at
           from (select now() - $4::interval as at)`,
          [tenantId, newId(), name, age],
        );
    await owner.dataSource.query(
      `insert into passcode_challenge (purpose, subject, id, secret_hash, issued_at, resend_at, expires_at)
       select 'login', a.name, gen_random_uuid(), sha256('x'), now() - a.age, now(), now() from (values ('old', interval '49 hours'), ('young', interval '47 hours')) as a(name, age)`,
    );
    const contexts = new WorkContexts(worker.uow, new TenantDirectory(worker.uow, new FindTenant()), logger);
    const work = new RemoveOldRows(contexts, worker.uow, new RemoveOldEvents());
    await work.run(new AbortController().signal);
    expect(await owner.dataSource.query('select key from idempotency_key')).toEqual([{ key: 'young' }, { key: 'young' }, { key: 'young' }]);
    expect(await owner.dataSource.query('select subject from passcode_challenge')).toEqual([{ subject: 'young' }]);
    expect(await owner.dataSource.query('select name from event')).toEqual([{ name: 'young' }, { name: 'young' }]);
  });
});
