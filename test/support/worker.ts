import { queueConnection, type QueueConnection } from '@tallystick/platform';
import { Redis } from 'ioredis';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import type { TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';

/** The Redis database of this test process, when the tests are to run on Redis: those that run beside it have others. */
function redisUrl(): string | undefined {
  if (!process.env.REDIS_URL) return undefined;
  const url = new URL(process.env.REDIS_URL);
  url.pathname = `/${process.env.JEST_WORKER_ID ?? 1}`;
  return url.href;
}

/** Where the queues of a test file live, empty: in its own database, or with REDIS_URL in a database of Redis. */
export async function emptyQueues(database: TestDatabase): Promise<QueueConnection> {
  const connection = queueConnection({ databaseUrl: database.workerUrl, redisUrl: redisUrl() });
  if (connection.kind === 'redis') {
    const client = new Redis(connection.url);
    await client.flushdb();
    await client.quit();
  }
  return connection;
}

/** The worker as it runs, in the test's own process. */
export const startTestWorker = (database: TestDatabase, environment: Readonly<Record<string, string>> = {}): Promise<TestApp> => {
  const redis = redisUrl();
  return startTestApp((ground) => WorkerModule.forRoot(ground), {
    app: 'worker',
    databaseUrl: database.workerUrl,
    environment: { ...environment, ...(redis && { REDIS_URL: redis }) },
  });
};
