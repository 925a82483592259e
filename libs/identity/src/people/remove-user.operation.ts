import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import { Sessions } from '../sessions/sessions.js';
import { MembershipLock, refuseWithoutAdmin } from './membership-lock.js';
import { UserRemoved } from './people.acts.js';
import { TenantUser } from './tenant-user.entity.js';

/**
 * Takes a person out of the tenant; their account stays theirs, their invitations are taken back. Throws `not_found`, `permission_denied` for somebody who ranks above the
 * caller, `last_admin`.
 */
@Injectable()
export class RemoveUser {
  constructor(
    private readonly memberships: MembershipLock,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { userId }: { userId: string }): Promise<void> {
    const known = await this.memberships.take(tx, userId);
    await refuseWithoutAdmin(tx, known);
    const { tenantId } = tx.ctx;
    await tx.repository(TenantUser).delete({ tenantId, userId });
    await this.sessions.revokeAllOf(tx, userId, { tenantId });
    const withdrawn = await withdrawInvitationsOf(tx, userId);
    tx.audit(UserRemoved, {
      target: { type: 'user', id: userId },
      before: { role: known.role, status: known.status },
      after: { invitations_revoked: withdrawn },
    });
  }
}
