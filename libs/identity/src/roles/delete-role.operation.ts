import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { constraintOf, NotFound, type WriteTx } from '@tallystick/platform';
import { refuseBeyond } from './authority.policy.js';
import { RolePowers } from './role-powers.query.js';
import { RoleDeleted } from './role.acts.js';
import { Role } from './role.entity.js';
import { RoleInUse } from './role.errors.js';

/**
 * Deletes a role of the tenant. Throws `not_found`, `permission_denied` for one that ranks above the caller, `role_in_use` while a person or
 * a pending invitation has it: the schema sees to it that none gets it at the same moment.
 */
@Injectable()
export class DeleteRole {
  constructor(private readonly powers: RolePowers) {}

  async execute(tx: WriteTx<TenantContext>, { id }: { id: string }): Promise<void> {
    const caller = await this.powers.ofActingCaller(tx);
    const key = { tenantId: tx.ctx.tenantId, id };
    const known = await tx.repository(Role).findOneBy(key);
    if (!known) throw NotFound.with();
    refuseBeyond(caller, { rank: known.rank, permissions: [] });
    try {
      const { affected } = await tx.repository(Role).delete(key);
      if (!affected) throw NotFound.with();
    } catch (error) {
      const { constraint } = constraintOf(error);
      if (constraint?.endsWith('custom_role_fkey')) throw RoleInUse.with();
      throw error;
    }
    const { code, name, permissions, rank, requiresMfa } = known;
    tx.audit(RoleDeleted, { target: { type: 'role', id }, before: { code, name, permissions, rank, requiresMfa } });
  }
}
