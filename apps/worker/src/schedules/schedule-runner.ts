import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, openQueueWorker, type Logger, type QueueConnection } from '@tallystick/platform';
import type { Worker } from 'bullmq';
import { JobFigures } from '../jobs/job-figures.js';
import { QUEUE_CONNECTION } from '../queues/worker-queues.js';
import { ScheduleBook } from './schedule-book.js';
import type { ScheduledWork } from './schedule.js';

/** Injects the work of all schedules. */
export const SCHEDULED_WORK = Symbol('scheduled work');

const CONCURRENCY = 6;
/** How often the book is looked after, in milliseconds. */
const KEEP_MS = 30_000;

/** Does what comes round. */
@Injectable()
export class ScheduleRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<string>();
  private worker?: Worker<object>;
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(SCHEDULED_WORK) private readonly works: readonly ScheduledWork[],
    @Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection,
    private readonly book: ScheduleBook,
    private readonly figures: JobFigures,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.book.keep();
    this.timer = setInterval(
      () => void this.book.keep().catch((err: unknown) => this.logger.warn({ err }, 'schedules could not be checked')),
      KEEP_MS,
    );
    this.worker = openQueueWorker<object>(
      this.connection,
      'schedules',
      ({ name }) => this.run(name),
      (err) => this.logger.warn({ err }, 'the schedule queue has a problem'),
      { concurrency: CONCURRENCY, maxStalledCount: 3 },
    );
  }

  /** Begins nothing any more, asks what runs to come to an end, and waits for it (OUT-04). */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.worker?.close();
  }

  /** Does the work of a schedule, unless this process is still at it. */
  async run(name: string): Promise<void> {
    const work = this.works.find(({ schedule }) => schedule.name === name);
    if (!work || this.underWay.has(name)) return;
    this.underWay.add(name);
    const stop = this.figures.start(name);
    try {
      await work.run(this.stopping.signal);
      stop('done');
    } catch (err) {
      stop('failed');
      this.logger.error({ err, schedule: name }, 'scheduled work failed, it comes round again');
      throw err;
    } finally {
      this.underWay.delete(name);
    }
  }
}
