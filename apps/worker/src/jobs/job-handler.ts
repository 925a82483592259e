import type { RequestContext, TenantContext } from '@tallystick/kernel';
import type { JobDefinition, UnitOfWork, WriteTx } from '@tallystick/platform';

/** Does a job in the transaction that also takes it off the outbox: whatever the queue does, it has one effect (OUT-02). */
export interface JobHandler<Payload extends object = object> {
  readonly job: JobDefinition<Payload>;
  handle(tx: WriteTx<TenantContext>, payload: Payload): Promise<void>;
}

/**
 * Does a job that is too long for one transaction. It may be run again from its beginning at any time, also after it has succeeded, so each
 * of its steps must find its own work done. `jobId` is the same at each run.
 */
export interface SteppedJobHandler<Payload extends object = object> {
  readonly job: JobDefinition<Payload>;
  handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, payload: Payload, jobId: string): Promise<void>;
}

/** What a handler throws when a job will never succeed: it is parked at once, with this as its reason. */
export class HopelessJob extends Error {
  override readonly name = 'HopelessJob';
}

/** Either kind of handler, whatever its payload. */
export type AnyJobHandler = JobHandler<never> | SteppedJobHandler<never>;
