import { Injectable } from '@nestjs/common';
import type { EndpointAddress } from '@tallystick/messaging';
import { WorkerQueues } from '../queues/worker-queues.js';

/** Wakes the workers that deliver. What is due stands in the database: a wake-up says only where to look. */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly queues: WorkerQueues) {}

  /** Wake-ups of one endpoint that wait at the same time are one; one that comes while it is delivered to leads to another look afterwards. */
  async wake(endpoints: readonly EndpointAddress[]): Promise<void> {
    if (endpoints.length === 0) return;
    await this.queues.webhooks.addBulk(
      endpoints.map((data) => ({
        name: 'deliver-webhooks',
        data,
        opts: {
          deduplication: { id: `${data.tenantId}.${data.endpointId}`, keepLastIfActive: true },
          removeOnComplete: true,
          removeOnFail: { count: 100 },
        },
      })),
    );
  }
}
