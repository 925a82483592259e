import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { TenantChanged } from '../tenancy.acts.js';
import { lockTenant } from './lock-tenant.js';
import { checkTenant } from './tenant-rows.js';
import { Tenant } from './tenant.entity.js';

/** What staff of the platform may change of a tenant; what is left out stays. */
export type TenantChanges = Partial<Pick<Tenant, 'name' | 'legalName' | 'timezone' | 'pointsLabel' | 'mfaRequiredRoles'>>;

/**
 * Changes settings of a tenant; for staff of the platform. Another zone counts for business days from now on.
 * Throws `not_found`, `validation_error` for an unknown zone.
 */
@Injectable()
export class ChangeTenant {
  async execute(tx: WriteTx<PlatformContext>, id: string, wanted: TenantChanges): Promise<void> {
    checkTenant(wanted);
    const known = await lockTenant(tx, id);
    const names = (Object.keys(wanted) as (keyof TenantChanges)[]).filter(
      (name) => wanted[name] !== undefined && JSON.stringify(wanted[name]) !== JSON.stringify(known[name]),
    );
    if (names.length === 0) return;
    const of = (tenant: TenantChanges): TenantChanges => Object.fromEntries(names.map((name) => [name, tenant[name]]));
    await tx.repository(Tenant).update({ id }, of(wanted));
    tx.audit(TenantChanged, { target: { type: 'tenant', id }, before: of(known), after: of(wanted) });
  }
}
