import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';

/**
 * Something that rooms above this one do by a tenant's clock. It finds what is due from what is recorded, so that running late, twice or after a
 * crash comes to the same, and opens its own transactions.
 */
export interface ClockWork {
  /** Until nothing is due at the moment of `ctx`, or `signal` asks it to stop. */
  run(ctx: TenantContext, signal: AbortSignal): Promise<unknown>;
}

/** What else is done at each midnight that the clock of a sandbox comes by, after the work of the day. */
@Injectable()
export class ClockWorks {
  private readonly works: ClockWork[] = [];

  /** For rooms above this one. */
  register(work: ClockWork): void {
    this.works.push(work);
  }

  /** One after the other, in the order in which they were registered. */
  async run(ctx: TenantContext, signal: AbortSignal): Promise<void> {
    for (const work of this.works) if (!signal.aborted) await work.run(ctx, signal);
  }
}
