import { TenantBranding } from './branding/branding.entity.js';
import { Organization } from './tenants/organization.entity.js';
import { Tenant } from './tenants/tenant.entity.js';

export * from './branding/brand-file.endpoints.js';
export * from './branding/brand-files.js';
export * from './branding/branding.dto.js';
export * from './branding/branding.entity.js';
export * from './branding/find-branding.query.js';
export * from './branding/save-branding.operation.js';
export * from './branding/set-brand-image.operation.js';
export * from './context/public-contexts.js';
export * from './context/tenant-context.dto.js';
export * from './context/tenant-context.endpoints.js';
export * from './tenancy.module.js';
export * from './tenants/change-tenant.operation.js';
export * from './tenants/create-organization.operation.js';
export * from './tenants/create-tenant.operation.js';
export * from './tenants/find-tenant.query.js';
export * from './tenants/find-tenants.query.js';
export * from './tenants/open-organization.operation.js';
export * from './tenants/organization.entity.js';
export * from './tenants/restore-tenant.operation.js';
export * from './tenants/suspend-tenant.operation.js';
export * from './tenants/tenant-directory.js';
export * from './tenants/tenants-by-slug.js';
export * from './tenants/tenant.entity.js';

/** The tables of this lib, for the data source. */
export const tenancyEntities = [Organization, Tenant, TenantBranding];
