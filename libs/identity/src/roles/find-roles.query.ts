import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { knownPermissions } from './authority.policy.js';
import { Role } from './role.entity.js';

/** Which roles, in which window. */
export interface RoleFilter {
  readonly search?: string;
  readonly limit: number;
  readonly offset: number;
}

/** A role with the number of people who have it. */
export type RoleWithUse = Role & { readonly people: number };

interface Row {
  tenant_id: string;
  id: string;
  code: string;
  name: string;
  description: string | null;
  permissions: string[];
  rank: number;
  requires_mfa: boolean;
  created_at: Date;
  updated_at: Date;
  people: string;
  total: string;
}

/** Reads the roles that a tenant made itself. */
@Injectable()
export class FindRoles {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<RoleWithUse> {
    const { roles } = await this.read(tx, { id, limit: 1, offset: 0 });
    if (!roles[0]) throw NotFound.with();
    return roles[0];
  }

  /** Roles from the highest rank down, with the count of all that match; `search` is a part of the name or code. */
  list(tx: ReadTx<TenantContext>, filter: RoleFilter): Promise<{ roles: RoleWithUse[]; total: number }> {
    return this.read(tx, filter);
  }

  private async read(
    tx: ReadTx<TenantContext>,
    { id, search, limit, offset }: RoleFilter & { id?: string },
  ): Promise<{ roles: RoleWithUse[]; total: number }> {
    const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<Row>(
      `select r.*, count(*) over () as total,
         (select count(*) from tenant_user m where m.tenant_id = r.tenant_id and m.custom_role = r.code) as people
       from role r
       where r.tenant_id = $1 and ($2::uuid is null or r.id = $2) and ($3::text is null or r.name ilike $3 or r.code ilike $3)
       order by r.rank desc, r.name, r.id limit $4 offset $5`,
      [tx.ctx.tenantId, id ?? null, pattern, limit, offset],
    );
    return { roles: rows.map(readRole), total: Number(rows[0]?.total ?? 0) };
  }
}

const readRole = (row: Row): RoleWithUse => ({
  tenantId: row.tenant_id,
  id: row.id,
  code: row.code,
  name: row.name,
  description: row.description,
  permissions: knownPermissions(row.permissions),
  rank: row.rank,
  requiresMfa: row.requires_mfa,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  people: Number(row.people),
});
