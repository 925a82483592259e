import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { DueDeliveries, LeaseEndpoint, RecordAttempts, type LeasedEndpoint } from '@tallystick/messaging';
import { OutgoingHttp, UnitOfWork } from '@tallystick/platform';
import { DeliveryBurst } from './delivery-burst.js';
import { DeliveryCalls } from './delivery-call.js';
import { DeliveryFigures } from './delivery-figures.js';

/** Calls to one endpoint at the same time. */
const CONNECTIONS = 8;
/** Then the next endpoint has its turn (TEN-09). */
const SLICE_MS = 10_000;

/** Delivers what is due for one endpoint, for a while. */
@Injectable()
export class EndpointDrain {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly leaseEndpoint: LeaseEndpoint,
    private readonly dueDeliveries: DueDeliveries,
    private readonly recordAttempts: RecordAttempts,
    private readonly http: OutgoingHttp,
    private readonly figures: DeliveryFigures,
  ) {}

  /** Answers whether there may be more to deliver at once. Does nothing when another worker has the endpoint, or it rests or is disabled. */
  async drain(ctx: TenantContext, endpointId: string, signal: AbortSignal): Promise<boolean> {
    const endpoint = await this.unitOfWork.run(ctx, (tx) => this.leaseEndpoint.execute(tx, endpointId));
    return endpoint ? this.burst(ctx, endpoint, signal) : false;
  }

  private async burst(ctx: TenantContext, endpoint: LeasedEndpoint, signal: AbortSignal): Promise<boolean> {
    // One that is down gets one call; the next burst is a whole one if that succeeds.
    const limits = endpoint.probing ? { lanes: 1, calls: 1 } : { lanes: CONNECTIONS, calls: Infinity };
    const calls = new DeliveryCalls(this.http, ctx, endpoint, limits.lanes);
    const burst = new DeliveryBurst(
      {
        due: (busy, limit) => this.unitOfWork.read(ctx, (tx) => this.dueDeliveries.find(tx, endpoint.id, busy, limit)),
        call: (delivery) => calls.make(delivery),
        record: (attempts, release) => {
          for (const attempt of attempts) this.figures.count(attempt);
          return this.unitOfWork.run(ctx, (tx) => this.recordAttempts.execute(tx, endpoint, attempts, release));
        },
      },
      { ...limits, sliceMs: SLICE_MS, signal },
    );
    try {
      return await burst.run();
    } finally {
      calls.close();
    }
  }
}
