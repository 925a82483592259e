import { Module } from '@nestjs/common';
import { BrandFiles } from './branding/brand-files.js';
import { FindBranding } from './branding/find-branding.query.js';
import { SaveBranding } from './branding/save-branding.operation.js';
import { SetBrandImage } from './branding/set-brand-image.operation.js';
import { PublicContexts } from './context/public-contexts.js';
import { ChangeTenant } from './tenants/change-tenant.operation.js';
import { CreateOrganization } from './tenants/create-organization.operation.js';
import { CreateTenant } from './tenants/create-tenant.operation.js';
import { FindTenant } from './tenants/find-tenant.query.js';
import { FindTenants } from './tenants/find-tenants.query.js';
import { OpenOrganization } from './tenants/open-organization.operation.js';
import { RestoreTenant } from './tenants/restore-tenant.operation.js';
import { SuspendTenant } from './tenants/suspend-tenant.operation.js';
import { TenantDirectory } from './tenants/tenant-directory.js';
import { TenantsBySlug } from './tenants/tenants-by-slug.js';

const tenants = [
  CreateOrganization, CreateTenant, OpenOrganization, ChangeTenant, SuspendTenant, RestoreTenant, FindTenant, FindTenants, TenantDirectory,
  TenantsBySlug,
]; // prettier-ignore
const branding = [BrandFiles, FindBranding, SaveBranding, SetBrandImage, PublicContexts];

/** Organizations, their tenants, and how these show themselves. */
@Module({ providers: [...tenants, ...branding], exports: [...tenants, ...branding] })
export class TenancyModule {}
