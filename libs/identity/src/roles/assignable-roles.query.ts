import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { TENANT_ROLES, type Permission, type TenantRole } from '../permissions.js';
import { builtInPower, mayGive, RANK_OF } from './authority.policy.js';
import { powerOf, RolePowers } from './role-powers.query.js';

/** A role that the caller may give to somebody. */
export interface AssignableRole {
  readonly code: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly rank: number;
  readonly builtIn: boolean;
}

/** What the built-in roles are called. */
const NAME_OF: Readonly<Record<TenantRole, string>> = {
  tenant_admin: 'Tenant admin',
  manager: 'Manager',
  support: 'Support',
  auditor: 'Auditor',
  member: 'Member',
};

/** Finds the roles that the caller may give: none above their own rank, and none with a permission that they lack. */
@Injectable()
export class FindAssignableRoles {
  constructor(private readonly powers: RolePowers) {}

  /** From the highest rank down. */
  async list(tx: ReadTx<TenantContext>): Promise<AssignableRole[]> {
    const caller = await this.powers.ofCaller(tx);
    const own = await tx.query<{ role: string; name: string; rank: number; permissions: string[] }>(
      'select code as role, name, rank, permissions from role where tenant_id = $1',
      [tx.ctx.tenantId],
    );
    const all = [
      ...TENANT_ROLES.map((code) => ({ code: code as string, name: NAME_OF[code], builtIn: true, ...builtInPower(code) })),
      ...own.map((row) => ({ code: row.role, name: row.name, builtIn: false, ...powerOf(row) })),
    ];
    return all.filter((role) => mayGive(caller, role)).sort((a, b) => b.rank - a.rank || (a.code < b.code ? -1 : 1));
  }
}

/** The name of a built-in role. */
export const builtInName = (role: string): string | undefined => (role in RANK_OF ? NAME_OF[role as TenantRole] : undefined);
