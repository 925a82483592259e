import { Module } from '@nestjs/common';
import { identityWork } from '@tallystick/identity';
import { ComplianceModule } from '@tallystick/compliance';
import { LedgerModule } from '@tallystick/ledger';
import { LoyaltyModule } from '@tallystick/loyalty';
import { MessagingModule } from '@tallystick/messaging';
import { OffersModule } from '@tallystick/offers';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ScheduleBook } from './schedule-book.js';
import { SCHEDULED_WORK, ScheduleRunner } from './schedule-runner.js';
import type { ScheduledWork } from './schedule.js';
import { scheduledWorks } from './scheduled-works.js';

/** What is done by the clock. */
@Module({
  imports: [ComplianceModule, LedgerModule, LoyaltyModule, MessagingModule, OffersModule, DeliveriesModule, JobsModule],
  providers: [
    ...identityWork,
    ...scheduledWorks,
    { provide: SCHEDULED_WORK, inject: scheduledWorks, useFactory: (...works: ScheduledWork[]) => works },
    ScheduleBook,
    ScheduleRunner,
  ],
  exports: [ScheduleRunner],
})
export class SchedulesModule {}
