import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import { refuseBeyond } from '../roles/authority.policy.js';
import { RolePowers } from '../roles/role-powers.query.js';
import { Sessions } from '../sessions/sessions.js';
import { MembershipLock, refuseWithoutAdmin } from './membership-lock.js';
import { UserRoleChanged } from './people.acts.js';
import { TenantUser } from './tenant-user.entity.js';

/**
 * Gives a person another role in the tenant; it acts within a second. Who rises or may do more than before signs in anew (AUT-08), who falls
 * has invited nobody.
 * Throws `not_found`, `validation_error` for an unknown role, `permission_denied` for a person or a role beyond the caller, `last_admin`.
 */
@Injectable()
export class ChangeUserRole {
  constructor(
    private readonly memberships: MembershipLock,
    private readonly powers: RolePowers,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { userId, role }: { userId: string; role: string }): Promise<void> {
    const known = await this.memberships.take(tx, userId);
    const wanted = await this.powers.ofRole(tx, role);
    refuseBeyond(known.caller, wanted);
    if (known.role === role) return;
    await refuseWithoutAdmin(tx, known);
    const { tenantId } = tx.ctx;
    await tx.repository(TenantUser).update({ tenantId, userId }, { role });
    const mayDoMore = wanted.permissions.some((permission) => !known.power.permissions.includes(permission));
    if (wanted.rank > known.power.rank || mayDoMore) await this.sessions.revokeAllOf(tx, userId, { tenantId });
    if (wanted.rank <= known.power.rank) await withdrawInvitationsOf(tx, userId);
    tx.audit(UserRoleChanged, { target: { type: 'user', id: userId }, before: { role: known.role }, after: { role } });
  }
}
