import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@tallystick/kernel';
import type { Job, Queue, Worker } from 'bullmq';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { queueConnection, type QueueConnection } from './queue-connection.js';
import { openQueue, openQueueWorker, type QueueWorkerSettings } from './queues.js';

interface Data {
  n: number;
}

// The same on both backends: with REDIS_URL the queues are there, else in PostgreSQL, under the worker's own role.
describe(`queues on ${process.env.REDIS_URL ? 'Redis' : 'PostgreSQL'}`, () => {
  let database: TestDatabase;
  let connection: QueueConnection;
  let name: string;
  const opened: { close(): Promise<unknown> }[] = [];
  const errors: Error[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    connection = queueConnection({ databaseUrl: database.workerUrl, redisUrl: process.env.REDIS_URL });
  });
  beforeEach(() => {
    name = `test-${newId()}`;
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    expect(errors).toEqual([]);
  });
  afterAll(() => database.close());

  const queue = (): Queue<Data> => {
    const made = openQueue<Data>(connection, name);
    opened.push(made);
    return made;
  };
  const worker = (process: (job: Job<Data>) => Promise<unknown>, settings: QueueWorkerSettings = {}): Worker<Data> => {
    const made = openQueueWorker<Data>(connection, name, process, (error) => errors.push(error), settings);
    opened.push(made);
    return made;
  };
  const until = async (what: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> => {
    for (const end = Date.now() + ms; !(await what()); await sleep(20)) if (Date.now() > end) throw new Error('it did not happen in time');
  };

  it('delivers what was added, with and without an id of our own, and wakes an idle worker at once', async () => {
    const seen: number[] = [];
    worker(async (job) => seen.push(job.data.n));
    const tasks = queue();
    await sleep(300);
    const started = Date.now();
    await tasks.add('task', { n: 1 });
    await tasks.addBulk([2, 3].map((n) => ({ name: 'task', data: { n }, opts: { jobId: `id-${n}` } })));
    await until(() => seen.length === 3);
    expect(seen.sort()).toEqual([1, 2, 3]);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  it('takes the same id once while the job is known', async () => {
    const tasks = queue();
    await tasks.add('task', { n: 1 }, { jobId: 'one' });
    await tasks.addBulk([{ name: 'task', data: { n: 2 }, opts: { jobId: 'one' } }]);
    expect(await tasks.getJobCountByTypes('waiting')).toBe(1);
  });

  it('runs once more after a wake-up that came while the work ran, and only once', async () => {
    let runs = 0;
    const tasks = queue();
    const wake = () => tasks.add('drain', { n: 0 }, { deduplication: { id: 'endpoint', keepLastIfActive: true }, removeOnComplete: true });
    worker(
      async () => {
        if (++runs === 1) await Promise.all([wake(), wake(), wake()]);
        await sleep(50);
      },
      { concurrency: 4 },
    );
    await Promise.all([wake(), wake()]);
    await until(() => runs === 2);
    await sleep(400);
    expect(runs).toBe(2);
  });

  it('tries a failed job again, then parks it with its reason until somebody retries it (OUT-03)', async () => {
    let broken = true;
    const parked = worker(async () => {
      if (broken) throw new Error('receiver on fire');
    });
    const tasks = queue();
    const job = await tasks.add('task', { n: 1 }, { attempts: 3, backoff: { type: 'fixed', delay: 20 } });
    await until(() => job.isFailed());
    const found = await tasks.getJob(job.id!);
    expect([found?.attemptsMade, found?.failedReason]).toEqual([3, 'receiver on fire']);
    broken = false;
    await found!.retry();
    await until(() => job.isCompleted());
    expect(parked.isRunning()).toBe(true);
  });

  it('runs a schedule once for all the workers there are, and again after its interval (OUT-05)', async () => {
    const ticks: number[] = [];
    const tasks = queue();
    await Promise.all([1, 2].map(() => tasks.upsertJobScheduler('tick', { every: 1_000 }, { name: 'tick', data: { n: 1 } })));
    worker(async () => ticks.push(Date.now()));
    worker(async () => ticks.push(Date.now()));
    await until(() => ticks.length >= 3);
    for (const [index, at] of ticks.entries()) if (index > 1) expect(at - ticks[index - 1]!).toBeGreaterThan(700);
  });

  it('runs a schedule that was missed while all workers were down once, at the next start (OUT-05)', async () => {
    const tasks = queue();
    await tasks.upsertJobScheduler('tick', { every: 600 }, { name: 'tick', data: { n: 1 } });
    await sleep(2_000); // three ticks go by
    const ticks: number[] = [];
    const started = Date.now();
    worker(async () => ticks.push(Date.now() - started));
    await until(() => ticks.length >= 2);
    expect(ticks[0]).toBeLessThan(500);
    expect(ticks[1]! - ticks[0]!).toBeGreaterThan(50);
  });

  it('finishes what it has begun when it is closed, and takes nothing new (OUT-04)', async () => {
    const done: number[] = [];
    const tasks = queue();
    const closing = worker(async (job) => {
      await sleep(300);
      done.push(job.data.n);
    });
    await tasks.addBulk([1, 2].map((n) => ({ name: 'task', data: { n } })));
    await until(async () => (await tasks.getActiveCount()) === 1);
    await closing.close();
    expect(done).toHaveLength(1);
    expect(await tasks.getJobCountByTypes('waiting')).toBe(1);
  });
});
