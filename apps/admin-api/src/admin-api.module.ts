import { Module, type DynamicModule } from '@nestjs/common';
import { identityEntities, IdentityModule } from '@tallystick/identity';
import { LoyaltyModule } from '@tallystick/loyalty';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { AuthController } from './auth/auth.controller.js';
import { HealthController } from './health/health.controller.js';
import { ProgramsController } from './rewards/programs.controller.js';

/** What tenants and the platform administer with. */
@Module({})
export class AdminApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: AdminApiModule,
      imports: [PlatformModule.forRoot(ground, [...tenancyEntities, ...identityEntities]), IdentityModule, LoyaltyModule],
      controllers: [HealthController, AuthController, ProgramsController],
    };
  }
}
