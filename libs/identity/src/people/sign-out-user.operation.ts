import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { Sessions } from '../sessions/sessions.js';
import { MembershipLock } from './membership-lock.js';
import { UserSignedOut } from './people.acts.js';

/**
 * Ends all sessions of a person in this tenant (AUT-09): for a device that was lost. Answers how many there were. Throws `not_found`,
 * `permission_denied` for somebody who ranks above the caller.
 */
@Injectable()
export class SignOutUser {
  constructor(
    private readonly memberships: MembershipLock,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { userId }: { userId: string }): Promise<number> {
    await this.memberships.take(tx, userId);
    const ended = await this.sessions.revokeAllOf(tx, userId, { tenantId: tx.ctx.tenantId });
    tx.audit(UserSignedOut, { target: { type: 'user', id: userId }, after: { sessions: ended } });
    return ended;
  }
}
