import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EndpointAddress } from '@tallystick/messaging';
import { openQueue, Readiness, type QueueConnection } from '@tallystick/platform';
import type { Queue } from 'bullmq';

/** Injects the `QueueConnection` of the process. */
export const QUEUE_CONNECTION = Symbol('queue connection');

/** What a queued job carries: where its row is. What it is about stays in the row, under row-level security (TEN-08, C8.1). */
export interface JobTicket {
  readonly tenantId: string;
  readonly outboxId: string;
  /** Of the request that asked for the job (OBS-01). */
  readonly requestId: string;
}

/** The three queues. Each can be lost and is rebuilt from the database (OUT-06). */
@Injectable()
export class WorkerQueues implements OnApplicationShutdown {
  /** Jobs that transactions asked for. */
  readonly jobs: Queue<JobTicket>;
  /** Endpoints that something is due for. */
  readonly webhooks: Queue<EndpointAddress>;
  /** What is done by the clock. */
  readonly schedules: Queue<object>;

  constructor(@Inject(QUEUE_CONNECTION) connection: QueueConnection, readiness: Readiness) {
    this.jobs = openQueue(connection, 'jobs');
    this.webhooks = openQueue(connection, 'webhooks');
    this.schedules = openQueue(connection, 'schedules');
    readiness.watch('queues', () => this.schedules.getActiveCount());
  }

  get all(): readonly Queue[] {
    return [this.jobs, this.webhooks, this.schedules] as unknown as Queue[];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((queue) => queue.close()));
  }
}
