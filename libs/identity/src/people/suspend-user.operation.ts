import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import { Sessions } from '../sessions/sessions.js';
import { MembershipLock, refuseWithoutAdmin } from './membership-lock.js';
import { UserSuspended } from './people.acts.js';
import { TenantUser } from './tenant-user.entity.js';

/**
 * Shuts a person out of this tenant, and of no other: their sessions in it end, and their invitations are taken back. Throws `not_found`, `permission_denied` for somebody who
 * ranks above the caller, `invalid_state` for somebody suspended before, `last_admin`.
 */
@Injectable()
export class SuspendUser {
  constructor(
    private readonly memberships: MembershipLock,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { userId }: { userId: string }): Promise<void> {
    const known = await this.memberships.take(tx, userId);
    if (known.status === 'suspended') throw InvalidState.with({ message: 'This person is suspended already' });
    await refuseWithoutAdmin(tx, known);
    const { tenantId } = tx.ctx;
    await tx.repository(TenantUser).update({ tenantId, userId }, { status: 'suspended', suspendedAt: () => 'now()' });
    await this.sessions.revokeAllOf(tx, userId, { tenantId });
    const withdrawn = await withdrawInvitationsOf(tx, userId);
    tx.audit(UserSuspended, {
      target: { type: 'user', id: userId },
      before: { status: 'active' },
      after: { status: 'suspended', invitations_revoked: withdrawn },
    });
  }
}
