import type { TenantContext } from '@tallystick/kernel';
import type { JobDefinition, UnitOfWork, WriteTx } from '@tallystick/platform';

/** Does a job in the transaction that also takes it off the outbox: whatever the queue does, it has one effect (OUT-02). */
export interface JobHandler<Payload extends object = object> {
  readonly job: JobDefinition<Payload>;
  handle(tx: WriteTx<TenantContext>, payload: Payload): Promise<void>;
}

/**
 * Does a job that is too long for one transaction. It may be run again from its beginning at any time, also after it has succeeded, so each
 * of its steps must find its own work done.
 */
export interface SteppedJobHandler<Payload extends object = object> {
  readonly job: JobDefinition<Payload>;
  handleInSteps(ctx: TenantContext, unitOfWork: UnitOfWork, payload: Payload): Promise<void>;
}

/** Either kind of handler, whatever its payload. */
export type AnyJobHandler = JobHandler<never> | SteppedJobHandler<never>;
