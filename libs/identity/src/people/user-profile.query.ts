import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import { permissionsOfRole, type Permission, type PlatformRole } from '../permissions.js';
import { permissionsHeld, type HeldRole } from '../roles/authority.policy.js';

/** A person as they see themselves, in the tenant they are signed in to or on the platform. */
export interface UserProfile {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  /** A role of the platform, a built-in one of tenants, or the code of one that the tenant made itself. */
  readonly role: string;
  readonly permissions: readonly Permission[];
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly lastLoginAt: Date | null;
  readonly phoneNumber: string | null;
  /** IANA zone in which the person wants to read times. */
  readonly timezone: string | null;
  /** BCP 47 tag of the person's language. */
  readonly locale: string | null;
  /** Where the person's picture is, at an address of their own. */
  readonly avatar: string | null;
  readonly emailVerified: boolean;
  readonly mfaEnabled: boolean;
}

interface Row extends HeldRole {
  id: string;
  email: string;
  full_name: string;
  last_login_at: Date | null;
  tenant: UserProfile['tenant'];
  phone_number: string | null;
  timezone: string | null;
  locale: string | null;
  avatar: string | null;
  email_verified: boolean;
  mfa_enabled: boolean;
}

/** The columns of a person `u` that are the same wherever they are. */
const PERSON = `u.id, u.email, u.full_name, u.last_login_at, u.phone_number, u.timezone, u.locale, u.avatar,
  u.email_verified_at is not null as email_verified,
  exists (select from mfa_factor f where f.user_id = u.id and f.secret is not null) as mfa_enabled`;

/** Finds a person with their role in a tenant, or on the platform when `tenantId` is null; undefined when they have none there. */
@Injectable()
export class FindUserProfile {
  async find(tx: ReadTx, userId: string, tenantId: string | null): Promise<UserProfile | undefined> {
    const [row] = await tx.query<Row>(
      tenantId === null
        ? `select ${PERSON}, p.role, null as permissions, null as tenant
           from user_account u join platform_role p on p.user_id = u.id where u.id = $1 and p.status = 'active'`
        : `select ${PERSON}, m.role, r.permissions,
             json_build_object('id', t.id, 'slug', t.slug, 'name', t.name) as tenant
           from user_account u join tenant_user m on m.user_id = u.id join tenant t on t.id = m.tenant_id
             left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
           where u.id = $1 and m.tenant_id = $2 and m.status = 'active'`,
      tenantId === null ? [userId] : [userId, tenantId],
    );
    if (!row) return undefined;
    const { id, email, full_name: fullName, last_login_at: lastLoginAt, role, tenant, timezone, locale, avatar } = row;
    const permissions = tenantId === null ? permissionsOfRole(role as PlatformRole) : permissionsHeld(row);
    const own = { phoneNumber: row.phone_number, timezone, locale, avatar, emailVerified: row.email_verified, mfaEnabled: row.mfa_enabled };
    return { id, email, fullName, role, permissions, tenant, lastLoginAt, ...own };
  }
}
