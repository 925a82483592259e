import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { OpsGuard, PlatformModule, type Ground } from '@tallystick/platform';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** What works behind the APIs; its own port is for operators. */
@Module({})
export class WorkerModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: WorkerModule,
      imports: [PlatformModule.forRoot(ground)],
      controllers: [HealthController, MetricsController],
      providers: [{ provide: APP_GUARD, useClass: OpsGuard }],
    };
  }
}
