import { Organization } from './organization.entity.js';
import { Tenant } from './tenant.entity.js';

export * from './create-organization.operation.js';
export * from './create-tenant.operation.js';
export * from './find-tenant.query.js';
export * from './organization.entity.js';
export * from './tenancy.module.js';
export * from './tenant-directory.js';
export * from './tenant.entity.js';

/** The tables of this lib, for the data source. */
export const tenancyEntities = [Organization, Tenant];
