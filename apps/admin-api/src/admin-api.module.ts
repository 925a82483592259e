import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { HealthController } from './health/health.controller.js';

/** What tenants and the platform administer with. */
@Module({})
export class AdminApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: AdminApiModule,
      imports: [PlatformModule.forRoot(ground)],
      controllers: [HealthController],
    };
  }
}
