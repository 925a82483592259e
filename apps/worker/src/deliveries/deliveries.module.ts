import { Module } from '@nestjs/common';
import { MessagingModule } from '@tallystick/messaging';
import { DeliveryFigures } from './delivery-figures.js';
import { DeliveryQueue } from './delivery-queue.js';
import { DeliveryWorker } from './delivery-worker.js';
import { EndpointDrain } from './endpoint-drain.js';

/** Webhook calls. */
@Module({
  imports: [MessagingModule],
  providers: [DeliveryFigures, DeliveryQueue, DeliveryWorker, EndpointDrain],
  exports: [DeliveryQueue],
})
export class DeliveriesModule {}
