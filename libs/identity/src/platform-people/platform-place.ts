import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { LastAdmin } from '../people/people.errors.js';
import type { MembershipStatus } from '../people/tenant-user.entity.js';
import type { PlatformRole } from '../permissions.js';

/** What a person is on the platform, which stays as it is until the transaction ends. */
export interface LockedPlace {
  readonly userId: string;
  readonly role: PlatformRole;
  readonly status: MembershipStatus;
}

/** Locks what people are on the platform, for those who change it. */
@Injectable()
export class PlatformPlaces {
  /**
   * Throws `permission_denied` for anyone but an active super admin, `not_found`. All super admins are locked along, in one order: of two
   * who demote each other at the same moment, the second finds that the first is done.
   */
  async lock(tx: WriteTx<PlatformContext>, userId: string): Promise<LockedPlace> {
    await tx.query(`select from platform_role where role = 'super_admin' or user_id = $1 order by user_id for update`, [userId]);
    const [caller] = await tx.query<{ allowed: boolean }>('select is_super_admin() as allowed');
    if (!caller?.allowed) throw PermissionDenied.with();
    const [row] = await tx.query<Omit<LockedPlace, 'userId'>>('select role, status from platform_role where user_id = $1', [userId]);
    if (!row) throw NotFound.with();
    return { userId, ...row };
  }

  /** Throws `last_admin` when nobody else is super admin of the platform. The super admins are to be locked before. */
  async refuseWithoutSuperAdmin(tx: WriteTx<PlatformContext>, { userId, role, status }: LockedPlace): Promise<void> {
    if (role !== 'super_admin' || status !== 'active') return;
    const others = await tx.query(
      `select from platform_role p join user_account u on u.id = p.user_id
       where p.role = 'super_admin' and p.status = 'active' and u.status = 'active' and p.user_id <> $1 limit 1`,
      [userId],
    );
    if (others.length === 0) throw LastAdmin.with();
  }
}
