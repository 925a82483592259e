import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { TenantSuspended } from '../tenancy.acts.js';
import { lockTenant } from './lock-tenant.js';

/**
 * Suspends a tenant; for staff of the platform. From within a second on nobody acts in it: its people and clients are refused whatever tokens
 * they hold, it gets no new ones, its jobs and deliveries wait (OAU-05, TEN-08). Throws `not_found`, `invalid_state` when it is suspended.
 */
@Injectable()
export class SuspendTenant {
  async execute(tx: WriteTx<PlatformContext>, id: string, { reason }: { readonly reason: string }): Promise<void> {
    const { status } = await lockTenant(tx, id);
    if (status === 'suspended') throw InvalidState.with({ message: 'This tenant is suspended already' });
    await tx.query(`update tenant set status = 'suspended', suspended_at = now(), suspension_reason = $2 where id = $1`, [id, reason]);
    tx.audit(TenantSuspended, { target: { type: 'tenant', id }, before: { status }, after: { status: 'suspended', reason } });
  }
}
