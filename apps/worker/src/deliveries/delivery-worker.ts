import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { EndpointAddress } from '@tallystick/messaging';
import { LOGGER, openQueueWorker, type Logger, type QueueConnection } from '@tallystick/platform';
import type { Worker } from 'bullmq';
import { QUEUE_CONNECTION } from '../queues/worker-queues.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { DeliveryQueue } from './delivery-queue.js';
import { EndpointDrain } from './endpoint-drain.js';

/** Endpoints that one process delivers to at the same time: most of it is waiting for receivers. */
const ENDPOINTS = 32;
/** Those of one tenant among them: receivers that hang hold up their own tenant's, and leave room for the others (TEN-09). */
const ENDPOINTS_OF_A_TENANT = 8;

/** Delivers to the endpoints that were woken, each for a while and then the next. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private worker?: Worker<EndpointAddress>;
  /** Endpoints under way, by tenant. */
  private readonly busy = new Map<string, number>();

  constructor(
    @Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection,
    private readonly contexts: WorkContexts,
    private readonly drain: EndpointDrain,
    private readonly queue: DeliveryQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = openQueueWorker<EndpointAddress>(
      this.connection,
      'webhooks',
      ({ data }) => this.inTurn(data),
      (err) => this.logger.warn({ err }, 'the webhook queue has a problem'),
      { concurrency: ENDPOINTS, maxStalledCount: 3 },
    );
    this.worker.on('failed', (_, err) => this.logger.warn({ err }, 'delivering webhooks failed, it is tried again'));
  }

  /** Begins no call any more, and waits for those under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.worker?.close();
  }

  /** An endpoint whose tenant has enough under way is left alone: it is looked at again when due endpoints are woken next. */
  private async inTurn(address: EndpointAddress): Promise<void> {
    const { tenantId } = address;
    const others = this.busy.get(tenantId) ?? 0;
    if (others >= ENDPOINTS_OF_A_TENANT) return;
    this.busy.set(tenantId, others + 1);
    try {
      await this.deliver(address);
    } finally {
      const left = this.busy.get(tenantId)! - 1;
      if (left > 0) this.busy.set(tenantId, left);
      else this.busy.delete(tenantId);
    }
  }

  private async deliver(address: EndpointAddress): Promise<void> {
    const ctx = await this.contexts.of(address.tenantId, 'deliver-webhooks');
    if (ctx && (await this.drain.drain(ctx, address.endpointId, this.stopping.signal))) await this.queue.wake([address]);
  }
}
