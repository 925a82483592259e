import { Global, Module } from '@nestjs/common';
import { TenancyModule } from '@tallystick/tenancy';
import { WorkContexts } from './work-contexts.js';

/** Contexts for work that no request began. */
@Global()
@Module({ imports: [TenancyModule], providers: [WorkContexts], exports: [WorkContexts] })
export class TenantsModule {}
