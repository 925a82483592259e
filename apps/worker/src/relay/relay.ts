import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { FanOutEvents } from '@tallystick/messaging';
import { LOGGER, PLATFORM_JOBS, UnitOfWork, type Logger } from '@tallystick/platform';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { platformContext } from '../tenants/work-contexts.js';
import { JobRelay } from './job-relay.js';
import { WaitingTenants, type WaitingTenant } from './waiting-tenants.query.js';

/** How soon new rows are looked for while there are some, and after a while without any. */
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_000;
/** Tenants that are dealt with at the same time. */
const LANES = 4;

/** Moves what transactions have told and asked for out of the outbox: a batch of each tenant in turn, so that none waits for another (TEN-09). */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly waitingTenants: WaitingTenants,
    private readonly fanOutEvents: FanOutEvents,
    private readonly jobRelay: JobRelay,
    private readonly deliveries: DeliveryQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.keepGoing();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Relays one batch of each tenant that has something waiting. Answers whether there was any. */
  async round(): Promise<boolean> {
    const tenants = await this.unitOfWork.platform(platformContext('relay'), (tx) => this.waitingTenants.find(tx));
    const lane = async (): Promise<void> => {
      for (let tenant = tenants.pop(); tenant && !this.stopping.signal.aborted; tenant = tenants.pop()) await this.relay(tenant);
    };
    const found = tenants.length > 0;
    await Promise.all(Array.from({ length: LANES }, lane));
    return found;
  }

  private async relay({ tenantId, clockOffsetMs }: WaitingTenant): Promise<void> {
    if (tenantId === PLATFORM_JOBS) {
      await this.unitOfWork.platform(platformContext('relay'), (tx) => this.jobRelay.relay(tx));
      return;
    }
    const ctx = requestContext({ tenantId, actor: { type: 'system', id: 'relay' }, requestId: 'relay', clockOffsetMs });
    const { endpointIds } = await this.unitOfWork.run(ctx, (tx) => this.fanOutEvents.execute(tx));
    await this.deliveries.wake(endpointIds.map((endpointId) => ({ tenantId, endpointId })));
    await this.unitOfWork.run(ctx, (tx) => this.jobRelay.relay(tx));
  }

  private async keepGoing(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = SHORTEST_PAUSE_MS; !signal.aborted;) {
      try {
        pause = (await this.round()) ? 0 : Math.min(Math.max(pause * 1.5, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
      } catch (err) {
        this.logger.warn({ err }, 'relaying failed, it is tried again');
        pause = LONGEST_PAUSE_MS;
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
