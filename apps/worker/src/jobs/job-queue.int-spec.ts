import { newId, type TenantContext } from '@tallystick/kernel';
import {
  createLogger,
  defineJob,
  jobCatalogue,
  Metrics,
  Readiness,
  ServiceUnavailable,
  type QueueConnection,
  type UnitOfWork,
  type WriteTx,
} from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { until } from '../../../../test/support/receiver.js';
import { emptyQueues } from '../../../../test/support/worker.js';
import { WorkerQueues } from '../queues/worker-queues.js';
import { JobRelay } from '../relay/job-relay.js';
import { RequeueLostJobs } from '../schedules/requeue-lost-jobs.schedule.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { CancelDeliveriesJob } from './cancel-deliveries.job.js';
import type { AnyJobHandler } from './job-handler.js';
import { JobFigures } from './job-figures.js';
import { JobOutbox } from './job-outbox.js';
import { JobRunner } from './job-runner.js';

interface Brew {
  pot: string;
}
const schema = { type: 'object' };
const brew = defineJob<Brew>({ name: 'brew', summary: 'Brews a pot', schema, attempts: 2 });
const brewOnce = defineJob<Brew>({
  name: 'brew-once',
  summary: 'Brews a pot, once for all who wait',
  schema,
  attempts: 2,
  dedupe: ({ pot }) => pot,
});
const brewSlowly = defineJob<Brew>({ name: 'brew-slowly', summary: 'Brews in steps', schema, attempts: 5 });

/** The effect of the handlers is an event in the transaction of the job. */
class Kitchen {
  broken: Error | undefined;
  gate: Promise<void> = Promise.resolve();
  begun = 0;

  handle = async (tx: WriteTx<TenantContext>, { pot }: Brew): Promise<void> => {
    this.begun++;
    await this.gate;
    await tx.query(`insert into event (tenant_id, id, name, data, request_id) values ($1, $2, 'brewed', $3, $4)`, [
      tx.ctx.tenantId,
      newId(),
      JSON.stringify({ pot }),
      tx.ctx.requestId,
    ]);
    if (this.broken) throw this.broken;
  };

  handleInSteps = async (ctx: TenantContext, uow: UnitOfWork, payload: Brew): Promise<void> => {
    await uow.run(ctx, async (tx) => {
      const [done] = await tx.query(`select from event where tenant_id = $1 and data->>'pot' = $2`, [ctx.tenantId, payload.pot]);
      if (!done) await this.handle(tx, payload);
    });
    this.begun++;
    if (this.broken) throw this.broken;
  };
}

describe(`jobs on ${process.env.REDIS_URL ? 'Redis' : 'PostgreSQL'}`, () => {
  let database: TestDatabase;
  let app: { uow: UnitOfWork; close(): Promise<void> };
  let worker: { uow: UnitOfWork; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let connection: QueueConnection;
  let queues: WorkerQueues;
  let relay: JobRelay;
  let runner: JobRunner;
  let ctx: TenantContext;
  const kitchen = new Kitchen();

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
    owner = await openUnitOfWork(database.ownerUrl);
    connection = await emptyQueues(database);
  });
  beforeEach(async () => {
    Object.assign(kitchen, { broken: undefined, gate: Promise.resolve(), begun: 0 });
    ctx = await openTenant(app.uow);
    queues = new WorkerQueues(connection, new Readiness());
    relay = new JobRelay(queues);
    const logger = createLogger({ app: 'test', level: 'silent' });
    const contexts = new WorkContexts(worker.uow, new TenantDirectory(worker.uow, new FindTenant()), logger);
    const handlers: AnyJobHandler[] = [
      { job: brew, handle: kitchen.handle },
      { job: brewOnce, handle: kitchen.handle },
      { job: brewSlowly, handleInSteps: kitchen.handleInSteps },
      new CancelDeliveriesJob({ execute: async () => undefined }),
    ];
    // The others are declared by what this test imports; they have nothing to do here.
    for (const job of jobCatalogue())
      if (!handlers.some((handler) => handler.job.name === job.name)) handlers.push({ job, handle: async () => undefined });
    runner = new JobRunner(handlers, connection, worker.uow, contexts, new JobOutbox(), new JobFigures(new Metrics('worker')), logger);
  });
  afterEach(async () => {
    await runner.beforeApplicationShutdown();
    await queues.jobs.obliterate({ force: true });
    await queues.onApplicationShutdown();
  });
  afterAll(async () => {
    for (const each of [app, worker, owner, database]) await each?.close();
  });

  const ask = (job: typeof brew, ...pots: string[]) =>
    app.uow.run(ctx, async (tx) => {
      for (const pot of pots) tx.enqueue(job, { pot });
    });
  const relayAll = () => worker.uow.run(ctx, (tx) => relay.relay(tx));
  const brewed = async () =>
    (await owner.dataSource.query(`select data->>'pot' as pot from event where tenant_id = $1 order by id`, [ctx.tenantId])).map(
      ({ pot }: Brew) => pot,
    );
  const outbox = () =>
    owner.dataSource.query(
      'select id, name, attempts, failure, failed_at is not null as parked, relayed_at is not null as relayed from job_outbox where tenant_id = $1 order by id',
      [ctx.tenantId],
    );
  const requeueLost = async () => {
    await owner.dataSource.query(`update job_outbox set relayed_at = now() - interval '1 hour' where relayed_at is not null`);
    await new RequeueLostJobs(worker.uow, queues).run();
    await relayAll();
  };

  it('are done with the transaction that asked for them, and leave the outbox', async () => {
    await app.uow
      .run(ctx, async (tx) => (tx.enqueue(brew, { pot: 'undone' }), Promise.reject(new Error('rolled back'))))
      .catch(() => undefined);
    await ask(brew, 'a', 'b');
    expect(await relayAll()).toBe(2);
    expect(await relayAll()).toBe(0);
    runner.onApplicationBootstrap();
    await until(async () => (await outbox()).length === 0);
    expect((await brewed()).sort()).toEqual(['a', 'b']);
    expect(await owner.dataSource.query('select distinct request_id from event where tenant_id = $1', [ctx.tenantId])).toEqual([
      { request_id: ctx.requestId },
    ]);
  });

  it('say nothing in the queue of what they are about (C8.1, TEN-08)', async () => {
    await ask(brew, 'secret pot');
    await relayAll();
    const [job] = await queues.jobs.getWaiting();
    expect(job!.data).toEqual({ tenantId: ctx.tenantId, outboxId: job!.id, requestId: ctx.requestId });
  });

  it('have one effect though they run twice, one after the other or at the same time (OUT-02)', async () => {
    await ask(brew, 'a');
    const [{ id }] = await outbox();
    const ticket = { tenantId: ctx.tenantId, outboxId: id, requestId: 'twice' };
    await Promise.all([1, 2, 3, 4].map(() => runner.run('brew', ticket)));
    await runner.run('brew', ticket);
    expect(await brewed()).toEqual(['a']);
    expect(kitchen.begun).toBe(1);
  });

  it('have one effect though the relay dies between the queue and its own commit (OUT-02)', async () => {
    await ask(brew, 'a');
    await worker.uow.run(ctx, async (tx) => (await relay.relay(tx), Promise.reject(new Error('killed')))).catch(() => undefined);
    expect((await outbox())[0]).toMatchObject({ relayed: false });
    runner.onApplicationBootstrap();
    await until(async () => (await brewed()).length === 1);
    await relayAll();
    await ask(brew, 'b');
    await relayAll();
    await until(async () => (await outbox()).length === 0);
    expect(await brewed()).toEqual(['a', 'b']);
  });

  it('are undone as a whole when they fail, parked after the last try with their reason, and the rest flows (OUT-03)', async () => {
    kitchen.broken = new Error('the kettle leaks');
    await ask(brew, 'a');
    await relayAll();
    runner.onApplicationBootstrap();
    await until(async () => (await outbox())[0].parked);
    const [row] = await outbox();
    expect(row).toMatchObject({ attempts: 2, failure: 'Error: the kettle leaks' });
    expect(await brewed()).toEqual([]);
    await until(async () => (await queues.jobs.getFailedCount()) === 1);
    expect((await queues.jobs.getJob(row.id))!.failedReason).toBe('the kettle leaks');

    kitchen.broken = undefined;
    await ask(brew, 'b');
    await relayAll();
    await until(async () => (await brewed()).includes('b'));
    await requeueLost();
    expect(await outbox()).toMatchObject([{ parked: true }]); // only a person brings it back, here as the queue board does
    await (await queues.jobs.getJob(row.id))!.retry();
    await until(async () => (await outbox()).length === 0);
    expect(await brewed()).toEqual(['b', 'a']);
  });

  it('that were parked can be put back into the outbox by hand, as the runbook says', async () => {
    kitchen.broken = new Error('the kettle leaks');
    await ask(brew, 'a');
    await relayAll();
    runner.onApplicationBootstrap();
    await until(async () => (await queues.jobs.getFailedCount()) === 1);
    kitchen.broken = undefined;
    await owner.dataSource.query('update job_outbox set failed_at = null, relayed_at = null, attempts = 0 where failed_at is not null');
    await relayAll();
    await until(async () => (await brewed()).length === 1);
  });

  it('are queued again when the queue has lost them (OUT-06)', async () => {
    await ask(brew, 'a', 'b');
    await relayAll();
    await queues.jobs.obliterate({ force: true });
    runner.onApplicationBootstrap();
    await requeueLost();
    await until(async () => (await outbox()).length === 0);
    expect((await brewed()).sort()).toEqual(['a', 'b']);
  });

  it('are left alone while the queue knows them', async () => {
    await ask(brew, 'a');
    await relayAll();
    await requeueLost();
    expect(await queues.jobs.getJobCountByTypes('waiting', 'active', 'delayed', 'failed')).toBe(1);
    expect(await outbox()).toMatchObject([{ relayed: true }]);
  });

  it('with one key wait as one, but not with one that has begun', async () => {
    await ask(brewOnce, 'a', 'a', 'b');
    await relayAll();
    await ask(brewOnce, 'a');
    await relayAll();
    expect((await outbox()).length).toBe(2);
    let open = () => {};
    kitchen.gate = new Promise((resolve) => (open = resolve));
    runner.onApplicationBootstrap();
    await until(() => kitchen.begun === 2);
    await ask(brewOnce, 'a');
    await relayAll();
    open();
    await until(async () => (await outbox()).length === 0);
    expect((await brewed()).sort()).toEqual(['a', 'a', 'b']);
  });

  it('of a suspended tenant are parked in the outbox until it may act again (TEN-08)', async () => {
    await ask(brew, 'a');
    await relayAll();
    const status = (given: string) => owner.dataSource.query('update tenant set status = $2 where id = $1', [ctx.tenantId, given]);
    await status('suspended');
    runner.onApplicationBootstrap();
    await until(async () => !(await outbox())[0].relayed);
    expect(await brewed()).toEqual([]);
    await status('active');
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // what the directory remembers
    await relayAll();
    await until(async () => (await outbox()).length === 0);
    expect(await brewed()).toEqual(['a']);
  });

  it('lose no try to a database that is away', async () => {
    kitchen.broken = ServiceUnavailable.with();
    await ask(brew, 'a');
    const [{ id }] = await outbox();
    for (let n = 0; n < 5; n++)
      await expect(runner.run('brew', { tenantId: ctx.tenantId, outboxId: id, requestId: 'away' })).rejects.toThrow();
    expect(await outbox()).toMatchObject([{ attempts: 0, parked: false }]);
  });

  it('in steps go on where they were cut off, and are done once (OUT-02)', async () => {
    await ask(brewSlowly, 'a');
    kitchen.broken = new Error('cut off after the first step');
    const [{ id }] = await outbox();
    const ticket = { tenantId: ctx.tenantId, outboxId: id, requestId: 'steps' };
    await owner.dataSource.query(
      `insert into event (tenant_id, id, name, data, request_id) values ($1, $2, 'brewed', '{"pot":"a"}', 'x')`,
      [ctx.tenantId, newId()],
    );
    await expect(runner.run('brew-slowly', ticket)).rejects.toThrow('cut off');
    expect(await outbox()).toMatchObject([{ attempts: 1, parked: false }]);
    kitchen.broken = undefined;
    await runner.run('brew-slowly', ticket);
    await runner.run('brew-slowly', ticket);
    expect(await outbox()).toEqual([]);
    expect(await brewed()).toEqual(['a']);
    expect(kitchen.begun).toBe(2);
  });

  it('that nobody knows are parked, not lost', async () => {
    await app.uow.run(ctx, (tx) =>
      tx.query(`insert into job_outbox (tenant_id, id, name, payload, request_id) values ($1, $2, 'of-another-release', '{}', 'x')`, [
        ctx.tenantId,
        newId(),
      ]),
    );
    await relayAll();
    expect(await outbox()).toMatchObject([{ parked: true, failure: 'no such job' }]);
  });
});
