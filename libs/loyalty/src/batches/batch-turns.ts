import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { BATCH_TURNS, Turns } from '@tallystick/platform';

/**
 * Where batches of points of a tenant wait for each other: all of them take the program's house account, and each would hold a connection
 * while it waits for that, ten of them all that there are, those of other tenants with them (TEN-09).
 */
@Injectable()
export class BatchTurns {
  private readonly turns = new Turns(BATCH_TURNS);

  /** Throws `idempotency_in_progress` while a batch of this request id waits or runs (C5.4), `service_unavailable` when its turn does not come in time. */
  take<T>(ctx: TenantContext, requestId: string | number, work: () => Promise<T>): Promise<T> {
    return this.turns.take(ctx, String(requestId), work);
  }
}
