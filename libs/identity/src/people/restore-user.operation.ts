import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { refuseBeyond } from '../roles/authority.policy.js';
import { MembershipLock } from './membership-lock.js';
import { UserRestored } from './people.acts.js';
import { TenantUser } from './tenant-user.entity.js';

/**
 * Lets a suspended person in again, in the role that they had. Throws `not_found`, `permission_denied` for somebody whose role the caller
 * could not give, `invalid_state` for somebody who is not suspended.
 */
@Injectable()
export class RestoreUser {
  constructor(private readonly memberships: MembershipLock) {}

  async execute(tx: WriteTx<TenantContext>, { userId }: { userId: string }): Promise<void> {
    const known = await this.memberships.take(tx, userId);
    if (known.status === 'active') throw InvalidState.with({ message: 'This person is not suspended' });
    refuseBeyond(known.caller, known.power);
    await tx.repository(TenantUser).update({ tenantId: tx.ctx.tenantId, userId }, { status: 'active', suspendedAt: null });
    tx.audit(UserRestored, { target: { type: 'user', id: userId }, before: { status: 'suspended' }, after: { status: 'active' } });
  }
}
