import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { TenantRestored } from '../tenancy.acts.js';
import { lockTenant } from './lock-tenant.js';

/**
 * Lets a suspended tenant in again, with all it had; for staff of the platform. What waited goes on by itself.
 * Throws `not_found`, `invalid_state` when it is not suspended.
 */
@Injectable()
export class RestoreTenant {
  async execute(tx: WriteTx<PlatformContext>, id: string): Promise<void> {
    const { status, suspensionReason } = await lockTenant(tx, id);
    if (status !== 'suspended') throw InvalidState.with({ message: 'This tenant is not suspended' });
    await tx.query(`update tenant set status = 'active', suspended_at = null, suspension_reason = null where id = $1`, [id]);
    tx.audit(TenantRestored, {
      target: { type: 'tenant', id },
      before: { status, reason: suspensionReason },
      after: { status: 'active' },
    });
  }
}
