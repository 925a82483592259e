import { defineAct } from '@tallystick/platform';

export const OrganizationOpened = defineAct({
  name: 'organization.opened',
  description: 'An organization was admitted, with its live and its sandbox tenant',
});
export const TenantChanged = defineAct({ name: 'tenant.changed', description: 'Settings of a tenant were changed' });
export const TenantSuspended = defineAct({ name: 'tenant.suspended', description: 'A tenant was suspended: nobody acts in it' });
export const TenantRestored = defineAct({ name: 'tenant.restored', description: 'A suspended tenant was let in again' });
export const BrandingChanged = defineAct({ name: 'branding.changed', description: 'How a tenant shows itself was changed' });
