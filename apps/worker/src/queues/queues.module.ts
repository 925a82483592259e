import { Global, Module } from '@nestjs/common';
import { CONFIG, queueConnection, type Config } from '@tallystick/platform';
import { QUEUE_CONNECTION, WorkerQueues } from './worker-queues.js';

const connection = { provide: QUEUE_CONNECTION, inject: [CONFIG], useFactory: (config: Config) => queueConnection(config) };

/** The queues, on Redis when it is configured, else in PostgreSQL. */
@Global()
@Module({ providers: [connection, WorkerQueues], exports: [connection, WorkerQueues] })
export class QueuesModule {}
