import { Injectable } from '@nestjs/common';
import { requestContext, type PlatformContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type WriteTx } from '@tallystick/platform';
import { refuseWithoutAdmin } from '../people/membership-lock.js';
import type { MembershipStatus } from '../people/tenant-user.entity.js';
import { PlatformPlaces, type LockedPlace } from '../platform-people/platform-place.js';

interface Membership {
  readonly tenant_id: string;
  readonly role: string;
  readonly status: MembershipStatus;
}

/** Keeps tenants and the platform from losing their last admin with an account. */
@Injectable()
export class LastAdminRule {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly places: PlatformPlaces,
  ) {}

  /** Throws `last_admin` for who alone administers a tenant, or the platform. */
  async check({ requestId }: RequestContext, userId: string): Promise<void> {
    const actor = { type: 'user', id: userId } as const;
    const nowhere = requestContext({ tenantId: null, actor, requestId });
    const memberships = await this.unitOfWork.platform(nowhere, async (tx) => {
      await this.checkOnPlatform(tx, userId);
      return membershipsOf(tx, userId);
    });
    for (const { tenant_id: tenantId } of memberships) {
      await this.unitOfWork.run(requestContext({ tenantId, actor, requestId }), (tx) => this.checkInTenant(tx, userId));
    }
  }

  /** The same in the transaction that takes them out of a tenant: of two admins who go at once the second finds that the first is gone. */
  async checkInTenant(tx: WriteTx<TenantContext>, userId: string): Promise<void> {
    const [membership] = await tx.query<Omit<Membership, 'tenant_id'>>(
      'select role, status from tenant_user where tenant_id = $1 and user_id = $2',
      [tx.ctx.tenantId, userId],
    );
    if (membership) await refuseWithoutAdmin(tx, { userId, ...membership });
  }

  /** The same on the platform. */
  async checkOnPlatform(tx: WriteTx<PlatformContext>, userId: string): Promise<void> {
    await tx.query(`select from platform_role where role = 'super_admin' order by user_id for update`);
    const [place] = await tx.query<Omit<LockedPlace, 'userId'>>('select role, status from platform_role where user_id = $1', [userId]);
    if (place) await this.places.refuseWithoutSuperAdmin(tx, { userId, ...place });
  }
}

/** The tenants of a person, as that person sees them before they choose one. */
const membershipsOf = (tx: { query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> }, userId: string): Promise<Membership[]> =>
  tx.query<Membership>('select tenant_id, role, status from tenant_user where user_id = $1 order by tenant_id', [userId]);

/** The tenants of a person, and those that keep an invitation to their address though they have left or never came. */
export async function tenantsThatKnow(
  tx: { query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> },
  userId: string,
): Promise<string[]> {
  const rows = await tx.query<{ tenant_id: string }>(
    `select tenant_id from tenant_user where user_id = $1
     union select i.tenant_id from invitation i join user_account u on u.id = $1 and u.email = i.email order by tenant_id`,
    [userId],
  );
  return rows.map((row) => row.tenant_id);
}
