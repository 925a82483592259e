import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { OpsGuard, PlatformModule, type Ground } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { QueueBoard } from './board/queue-board.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HealthController } from './health/health.controller.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MailController } from './ops/mail.controller.js';
import { UnsentMails } from './ops/unsent-mails.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { WorkerFigures } from './metrics/worker-figures.js';
import { QueuesModule } from './queues/queues.module.js';
import { RelayModule } from './relay/relay.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { TenantsModule } from './tenants/tenants.module.js';

/** What works behind the APIs; its own port is for operators. */
@Module({})
export class WorkerModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        PlatformModule.forRoot(ground, tenancyEntities),
        QueuesModule,
        TenantsModule,
        RelayModule,
        DeliveriesModule,
        JobsModule,
        SchedulesModule,
      ],
      controllers: [HealthController, MailController, MetricsController],
      providers: [{ provide: APP_GUARD, useClass: OpsGuard }, QueueBoard, UnsentMails, WorkerFigures],
    };
  }
}
