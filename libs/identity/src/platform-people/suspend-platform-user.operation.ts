import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import { Sessions } from '../sessions/sessions.js';
import { PlatformUserSuspended } from './platform-people.acts.js';
import { PlatformPlaces } from './platform-place.js';

/**
 * Shuts a person out of the platform; what they are in tenants stays. Their sessions end and their invitations are taken back. Throws
 * `not_found`, `permission_denied`, `invalid_state` for somebody suspended before, `last_admin`.
 */
@Injectable()
export class SuspendPlatformUser {
  constructor(
    private readonly places: PlatformPlaces,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<PlatformContext>, { userId }: { userId: string }): Promise<void> {
    const known = await this.places.lock(tx, userId);
    if (known.status === 'suspended') throw InvalidState.with({ message: 'This person is suspended already' });
    await this.places.refuseWithoutSuperAdmin(tx, known);
    await tx.query(`update platform_role set status = 'suspended', suspended_at = now() where user_id = $1`, [userId]);
    await this.sessions.revokeAllOf(tx, userId, { tenantId: null });
    const withdrawn = await withdrawInvitationsOf(tx, userId);
    tx.audit(PlatformUserSuspended, {
      target: { type: 'user', id: userId },
      before: { status: 'active' },
      after: { status: 'suspended', invitations_revoked: withdrawn },
    });
  }
}
