import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import type { PlatformRole } from '../permissions.js';
import { Sessions } from '../sessions/sessions.js';
import { PlatformRoleChanged } from './platform-people.acts.js';
import { PlatformPlaces } from './platform-place.js';

/**
 * Gives a person of the platform another role; it acts within a second. Who rises signs in anew (AUT-08), who falls has invited nobody.
 * Throws `not_found`, `permission_denied`, `last_admin`.
 */
@Injectable()
export class ChangePlatformRole {
  constructor(
    private readonly places: PlatformPlaces,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<PlatformContext>, { userId, role }: { userId: string; role: PlatformRole }): Promise<void> {
    const known = await this.places.lock(tx, userId);
    if (known.role === role) return;
    await this.places.refuseWithoutSuperAdmin(tx, known);
    await tx.query('update platform_role set role = $2 where user_id = $1', [userId, role]);
    if (role === 'super_admin') await this.sessions.revokeAllOf(tx, userId, { tenantId: null });
    else await withdrawInvitationsOf(tx, userId);
    tx.audit(PlatformRoleChanged, { target: { type: 'user', id: userId }, before: { role: known.role }, after: { role } });
  }
}
