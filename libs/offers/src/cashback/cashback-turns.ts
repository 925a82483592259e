import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { BATCH_TURNS, Turns } from '@tallystick/platform';

/**
 * Where works of an institution wait that take the lock of cashback one after the other: each would hold a connection while it waits for that
 * lock, and ten of them all that there are, those of other tenants with them (TEN-09).
 */
@Injectable()
export class CashbackTurns {
  private readonly batches = new Turns(BATCH_TURNS);
  private readonly claims = new Turns(BATCH_TURNS);

  /** Throws `idempotency_in_progress` while a batch of this request id waits or runs (C5.4), `service_unavailable` when its turn does not come in time. */
  batch<T>(ctx: TenantContext, requestId: string | number, work: () => Promise<T>): Promise<T> {
    return this.batches.take(ctx, String(requestId), work);
  }

  /** A line of their own: customers do not wait for a feed of batches. Throws `service_unavailable` when its turn does not come in time. */
  claim<T>(ctx: TenantContext, work: () => Promise<T>): Promise<T> {
    return this.claims.take(ctx, newId(), work);
  }
}
