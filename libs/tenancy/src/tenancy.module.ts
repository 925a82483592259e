import { Module } from '@nestjs/common';
import { CreateOrganization } from './create-organization.operation.js';
import { CreateTenant } from './create-tenant.operation.js';
import { FindTenant } from './find-tenant.query.js';
import { TenantDirectory } from './tenant-directory.js';

const operations = [CreateOrganization, CreateTenant, FindTenant, TenantDirectory];

/** Organizations and their tenants. */
@Module({ providers: operations, exports: operations })
export class TenancyModule {}
