import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { refuseAbove, type RolePower } from '../roles/authority.policy.js';
import { powerOf, RolePowers, type RankedRole } from '../roles/role-powers.query.js';
import { LastAdmin } from './people.errors.js';
import type { MembershipStatus } from './tenant-user.entity.js';

/** A membership that stays as it is until the transaction ends, and what whoever wants to change it may do. */
export interface LockedMembership {
  readonly userId: string;
  readonly role: string;
  readonly status: MembershipStatus;
  readonly power: RolePower;
  readonly caller: RolePower;
}

/** Locks memberships for those who change them. */
@Injectable()
export class MembershipLock {
  constructor(private readonly powers: RolePowers) {}

  /**
   * The membership of a person whom the caller may change. Throws `not_found` for somebody who is not of this tenant, `permission_denied`
   * for somebody who ranks above the caller.
   *
   * All admins of the tenant are locked along, in one order: of two who demote each other at the same moment, the second finds that the
   * first is done.
   */
  async take(tx: WriteTx<TenantContext>, userId: string): Promise<LockedMembership> {
    const { tenantId, actor } = tx.ctx;
    await tx.query(
      `select from tenant_user where tenant_id = $1 and (role = 'tenant_admin' or user_id::text in ($2, $3)) order by user_id for update`,
      [tenantId, userId, actor.id],
    );
    const caller = await this.powers.ofActingCaller(tx);
    const [row] = await tx.query<RankedRole & { status: MembershipStatus }>(
      `select m.role, m.status, r.rank, r.permissions
       from tenant_user m left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
       where m.tenant_id = $1 and m.user_id = $2`,
      [tenantId, userId],
    );
    if (!row) throw NotFound.with();
    const power = powerOf(row);
    refuseAbove(caller, power);
    return { userId, role: row.role, status: row.status, power, caller };
  }
}

/** Throws `last_admin` when nobody else administers the tenant. The admins stay as they are until the transaction ends. */
export async function refuseWithoutAdmin(
  tx: WriteTx<TenantContext>,
  { userId, role, status }: Pick<LockedMembership, 'userId' | 'role' | 'status'>,
): Promise<void> {
  if (role !== 'tenant_admin' || status !== 'active') return;
  await tx.query(`select from tenant_user where tenant_id = $1 and role = 'tenant_admin' order by user_id for update`, [tx.ctx.tenantId]);
  const others = await tx.query(
    `select from tenant_user m join user_account u on u.id = m.user_id
     where m.tenant_id = $1 and m.role = 'tenant_admin' and m.status = 'active' and u.status = 'active' and m.user_id <> $2 limit 1`,
    [tx.ctx.tenantId, userId],
  );
  if (others.length === 0) throw LastAdmin.with();
}
