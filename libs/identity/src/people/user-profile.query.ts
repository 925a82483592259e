import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import { permissionsOfRole, type Permission, type PlatformRole, type TenantRole } from '../permissions.js';

/** A person as they see themselves, in the tenant they are signed in to or on the platform. */
export interface UserProfile {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: TenantRole | PlatformRole;
  readonly permissions: readonly Permission[];
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly lastLoginAt: Date | null;
}

interface Row {
  id: string;
  email: string;
  full_name: string;
  last_login_at: Date | null;
  role: TenantRole | PlatformRole;
  tenant: UserProfile['tenant'];
}

/** Finds a person with their role in a tenant, or on the platform when `tenantId` is null; undefined when they have none there. */
@Injectable()
export class FindUserProfile {
  async find(tx: ReadTx, userId: string, tenantId: string | null): Promise<UserProfile | undefined> {
    const [row] = await tx.query<Row>(
      tenantId === null
        ? `select u.id, u.email, u.full_name, u.last_login_at, p.role, null as tenant
           from user_account u join platform_role p on p.user_id = u.id where u.id = $1`
        : `select u.id, u.email, u.full_name, u.last_login_at, m.role, json_build_object('id', t.id, 'slug', t.slug, 'name', t.name) as tenant
           from user_account u join tenant_user m on m.user_id = u.id join tenant t on t.id = m.tenant_id
           where u.id = $1 and m.tenant_id = $2`,
      tenantId === null ? [userId] : [userId, tenantId],
    );
    if (!row) return undefined;
    const { id, email, full_name: fullName, last_login_at: lastLoginAt, role, tenant } = row;
    return { id, email, fullName, role, permissions: permissionsOfRole(role), tenant, lastLoginAt };
  }
}
