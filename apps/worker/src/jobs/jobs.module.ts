import { Module } from '@nestjs/common';
import { LoyaltyModule } from '@tallystick/loyalty';
import { MessagingModule } from '@tallystick/messaging';
import { OffersModule } from '@tallystick/offers';
import { TenancyModule } from '@tallystick/tenancy';
import { MailLifetime, mailTransport } from '../mail/mail-transport.provider.js';
import type { AnyJobHandler } from './job-handler.js';
import { JobFigures } from './job-figures.js';
import { jobHandlers } from './job-handlers.js';
import { JobOutbox } from './job-outbox.js';
import { JOB_HANDLERS, JobRunner } from './job-runner.js';

/** What transactions asked for is done here. */
@Module({
  imports: [LoyaltyModule, MessagingModule, OffersModule, TenancyModule],
  providers: [
    ...jobHandlers,
    { provide: JOB_HANDLERS, inject: jobHandlers, useFactory: (...handlers: AnyJobHandler[]) => handlers },
    JobFigures,
    JobOutbox,
    JobRunner,
    mailTransport,
    MailLifetime,
  ],
  exports: [JobFigures, JobRunner],
})
export class JobsModule {}
