import { Module, type DynamicModule } from '@nestjs/common';
import { LoyaltyModule } from '@tallystick/loyalty';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { HealthController } from './health/health.controller.js';
import { ProgramsController } from './rewards/programs.controller.js';

/** What tenants and the platform administer with. */
@Module({})
export class AdminApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: AdminApiModule,
      imports: [PlatformModule.forRoot(ground), LoyaltyModule],
      controllers: [HealthController, ProgramsController],
    };
  }
}
