import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { HealthController } from './health/health.controller.js';

/** What integrators and members call. */
@Module({})
export class PublicApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: PublicApiModule,
      imports: [PlatformModule.forRoot(ground)],
      controllers: [HealthController],
    };
  }
}
