import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DomainError, type PlatformContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import {
  describeError,
  jobCatalogue,
  LOGGER,
  openQueueWorker,
  UnitOfWork,
  type Logger,
  type QueueConnection,
  type WriteTx,
} from '@tallystick/platform';
import { UnrecoverableError, type Worker } from 'bullmq';
import { QUEUE_CONNECTION, type JobTicket } from '../queues/worker-queues.js';
import { platformContext, WorkContexts } from '../tenants/work-contexts.js';
import { JobFigures } from './job-figures.js';
import { HopelessJob, type AnyJobHandler, type JobHandler, type SteppedJobHandler } from './job-handler.js';
import { JobOutbox } from './job-outbox.js';
import { handlersByJob } from './job-registry.js';

/** Injects the handlers of all jobs. */
export const JOB_HANDLERS = Symbol('job handlers');

const CONCURRENCY = 8;

/** Runs queued jobs, each under the name of its tenant. What became of it stands in the database; the queue only says when to try. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlers: ReadonlyMap<string, AnyJobHandler>;
  private worker?: Worker<JobTicket>;

  constructor(
    @Inject(JOB_HANDLERS) handlers: readonly AnyJobHandler[],
    @Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection,
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: WorkContexts,
    private readonly outbox: JobOutbox,
    private readonly figures: JobFigures,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.handlers = handlersByJob(jobCatalogue(), handlers);
  }

  onApplicationBootstrap(): void {
    this.worker = openQueueWorker<JobTicket>(
      this.connection,
      'jobs',
      ({ name, data }) => this.run(name, data),
      (err) => this.logger.warn({ err }, 'the job queue has a problem'),
      { concurrency: CONCURRENCY, maxStalledCount: 3 },
    );
  }

  /** Takes no job any more, and waits for those under way (OUT-04). */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  /** Runs one job. Throws when it is to be tried again, and `UnrecoverableError` when it is parked. */
  async run(name: string, { tenantId, outboxId, requestId }: JobTicket): Promise<void> {
    const ctx = await this.contexts.ofJob(tenantId, requestId);
    if (!ctx) return this.unitOfWork.platform(platformContext(requestId), (tx) => this.outbox.putBack(tx, tenantId, outboxId));
    const stop = this.figures.start(name);
    try {
      await this.handle(ctx, this.handlers.get(name), outboxId);
      stop('done');
    } catch (error) {
      const parked = await this.recordFailure(ctx, name, outboxId, error);
      stop(parked ? 'parked' : 'failed');
      const facts = { err: error, job: name, outbox_id: outboxId, tenant: tenantId, request_id: requestId };
      if (parked) this.logger.error(facts, 'a job failed for the last time and waits for somebody to retry it');
      else this.logger.warn(facts, 'a job failed and is tried again');
      throw parked ? new UnrecoverableError((error as Error).message) : error;
    }
  }

  private async handle(ctx: RequestContext, handler: AnyJobHandler | undefined, outboxId: string): Promise<void> {
    if (!handler) throw new Error('no handler knows this job');
    if ('handleInSteps' in handler) return this.handleInSteps(ctx, handler as SteppedJobHandler, outboxId);
    await this.inTransaction(ctx, async (tx) => {
      const payload = await this.outbox.take(tx, outboxId);
      if (payload) await (handler as JobHandler).handle(tx as WriteTx<TenantContext>, payload);
    });
  }

  private async handleInSteps(ctx: RequestContext, handler: SteppedJobHandler, outboxId: string): Promise<void> {
    const payload = await this.inTransaction(ctx, (tx) => this.outbox.begin(tx, outboxId));
    if (!payload) return;
    await handler.handleInSteps(ctx, this.unitOfWork, payload, outboxId);
    await this.inTransaction(ctx, (tx) => this.outbox.take(tx, outboxId));
  }

  private inTransaction<T>(ctx: RequestContext, work: (tx: WriteTx) => Promise<T>): Promise<T> {
    return ctx.tenantId === null ? this.unitOfWork.platform(ctx as PlatformContext, work) : this.unitOfWork.run(ctx as TenantContext, work);
  }

  /** A database that is away is not the job's fault and costs it no try. */
  private async recordFailure(ctx: RequestContext, name: string, outboxId: string, error: unknown): Promise<boolean> {
    if (error instanceof DomainError && error.definition.kind === 'unavailable') return false;
    const { type, message } = describeError(error) as { type: string; message?: string };
    const attempts = error instanceof HopelessJob ? 0 : (this.handlers.get(name)?.job.attempts ?? 1);
    return this.inTransaction(ctx, (tx) => this.outbox.fail(tx, outboxId, attempts, `${type}: ${message ?? ''}`)).catch(() => false);
  }
}
