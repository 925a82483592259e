import { Module } from '@nestjs/common';
import { MessagingModule } from '@tallystick/messaging';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { JobRelay } from './job-relay.js';
import { Relay } from './relay.js';
import { WaitingTenants } from './waiting-tenants.query.js';

/** From the outbox to the queues. */
@Module({ imports: [MessagingModule, DeliveriesModule], providers: [JobRelay, Relay, WaitingTenants], exports: [Relay] })
export class RelayModule {}
