import { createPostgresBackend, Queue, withBackend, Worker, type Processor, type QueueOptions, type WorkerOptions } from 'bullmq';
import { clientFor } from '../persistence/database-client.js';
import { QUEUE_SCHEMA, type QueueConnection } from './queue-connection.js';

const Postgres = withBackend(createPostgresBackend);

/** Options of BullMQ without the connection, which the backend decides. */
export type QueueSettings = Omit<QueueOptions, 'connection' | 'prefix'>;
export type QueueWorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

/** How long an idle worker sleeps before it looks again by itself, in seconds: it is woken long before, unless the wake-up was lost. */
const DRAIN_DELAY_SECONDS = 5;
/** How soon a worker tries again after its queue store did not answer, in milliseconds. */
const RETRY_DELAY_MS = 1_000;
/** How soon a killed worker's jobs are missed: after their lock's end, at the next look. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 10_000;

// Options and not clients: BullMQ then owns the connections, and closes them.
const redis = ({ url, prefix }: QueueConnection & { kind: 'redis' }, forever: boolean) => ({
  connection: { url, ...(forever ? { maxRetriesPerRequest: null } : { maxRetriesPerRequest: 3, commandTimeout: 10_000 }) },
  ...(prefix ? { prefix } : {}),
});
const postgres = ({ url, name }: QueueConnection & { kind: 'postgres' }, max: number) => ({
  connection: {
    connectionString: url,
    Client: clientFor(url), // a server that goes between two statements of a connection must not take the process along (OPS-07)
    schema: QUEUE_SCHEMA,
    application_name: name,
    max,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    keepAlive: true,
  },
});

/** The producing side of a queue, the same on both backends. Closing it closes its connections. */
export function openQueue<Data>(connection: QueueConnection, name: string, settings: QueueSettings = {}): Queue<Data> {
  const queue: Queue<Data> =
    connection.kind === 'redis'
      ? new Queue<Data>(name, { ...settings, ...redis(connection, false) })
      : (new Postgres.Queue<Data>(name, { ...settings, ...postgres(connection, 3) }) as unknown as Queue<Data>);
  queue.on('error', () => undefined); // whoever waits for an answer gets the error there
  return queue;
}

/**
 * The consuming side of a queue. It delivers a job at least once: one that lost its lock (a killed or blocked process) runs again.
 * @param failed told of everything that went wrong outside a job: a store that is away, a lock that was lost
 */
export function openQueueWorker<Data>(
  connection: QueueConnection,
  name: string,
  process: Processor<Data>,
  failed: (error: Error) => void,
  settings: QueueWorkerSettings = {},
): Worker<Data> {
  const options = {
    drainDelay: DRAIN_DELAY_SECONDS,
    runRetryDelay: RETRY_DELAY_MS,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    ...settings,
  };
  const worker: Worker<Data> =
    connection.kind === 'redis'
      ? new Worker<Data>(name, process, { ...options, ...redis(connection, true) })
      : (new Postgres.Worker<Data>(name, process, { ...options, ...postgres(connection, 4) }) as unknown as Worker<Data>);
  worker.on('error', failed);
  return worker;
}
