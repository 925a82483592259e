import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { builtInName } from '../roles/assignable-roles.query.js';
import type { MembershipStatus } from './tenant-user.entity.js';

/** A person as the admins of a tenant see them: nothing of what they are elsewhere. */
export interface TenantUserView {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: string;
  readonly roleName: string;
  readonly status: MembershipStatus;
  readonly mfaEnabled: boolean;
  readonly joinedAt: Date;
  readonly suspendedAt: Date | null;
}

/** Which people, in which window. */
export interface TenantUserFilter {
  /** A part of the name or the address. */
  readonly search?: string;
  readonly status?: MembershipStatus;
  readonly role?: string;
  readonly limit: number;
  readonly offset: number;
}

interface Row {
  id: string;
  email: string;
  full_name: string;
  role: string;
  role_name: string | null;
  status: MembershipStatus;
  mfa_enabled: boolean;
  created_at: Date;
  suspended_at: Date | null;
  total: string;
}

/** Reads the people of a tenant. */
@Injectable()
export class FindTenantUsers {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<TenantUserView> {
    const { users } = await this.read(tx, { id, limit: 1, offset: 0 });
    if (!users[0]) throw NotFound.with();
    return users[0];
  }

  /** People by name, with the count of all that match. */
  list(tx: ReadTx<TenantContext>, filter: TenantUserFilter): Promise<{ users: TenantUserView[]; total: number }> {
    return this.read(tx, filter);
  }

  private async read(
    tx: ReadTx<TenantContext>,
    { id, search, status, role, limit, offset }: TenantUserFilter & { id?: string },
  ): Promise<{ users: TenantUserView[]; total: number }> {
    const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<Row>(
      `select u.id, u.email, u.full_name, m.role, r.name as role_name, m.status, m.created_at, m.suspended_at, count(*) over () as total,
         exists (select from mfa_factor f where f.user_id = u.id and f.secret is not null) as mfa_enabled
       from tenant_user m join user_account u on u.id = m.user_id
         left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
       where m.tenant_id = $1 and ($2::uuid is null or m.user_id = $2) and ($3::text is null or u.email ilike $3 or u.full_name ilike $3)
         and ($4::text is null or m.status = $4) and ($5::text is null or m.role = $5)
       order by u.full_name, u.id limit $6 offset $7`,
      [tx.ctx.tenantId, id ?? null, pattern, status ?? null, role ?? null, limit, offset],
    );
    return { users: rows.map(readUser), total: Number(rows[0]?.total ?? 0) };
  }
}

const readUser = (row: Row): TenantUserView => ({
  id: row.id,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  roleName: row.role_name ?? builtInName(row.role) ?? row.role,
  status: row.status,
  mfaEnabled: row.mfa_enabled,
  joinedAt: row.created_at,
  suspendedAt: row.suspended_at,
});
