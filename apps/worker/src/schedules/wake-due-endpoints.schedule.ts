import { Injectable } from '@nestjs/common';
import { WaitingEndpoints } from '@tallystick/messaging';
import { UnitOfWork } from '@tallystick/platform';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'wake-due-endpoints',
  every: 2_000,
  summary: 'Wakes the delivery of webhooks whose next try has come, or whose wake-up was lost',
});

@Injectable()
export class WakeDueEndpoints implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly waitingEndpoints: WaitingEndpoints,
    private readonly queue: DeliveryQueue,
  ) {}

  async run(): Promise<void> {
    const endpoints = await this.unitOfWork.platform(platformContext(schedule.name), (tx) => this.waitingEndpoints.find(tx));
    await this.queue.wake(endpoints);
  }
}
