import { Injectable } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
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
      const [place] = await tx.query<Omit<LockedPlace, 'userId'>>('select role, status from platform_role where user_id = $1', [userId]);
      if (place) await this.places.refuseWithoutSuperAdmin(tx, { userId, ...place });
      return membershipsOf(tx, userId);
    });
    for (const { tenant_id: tenantId, role, status } of memberships) {
      await this.unitOfWork.run(requestContext({ tenantId, actor, requestId }), (tx) => refuseWithoutAdmin(tx, { userId, role, status }));
    }
  }
}

/** The tenants of a person, as that person sees them before they choose one. */
export const membershipsOf = (
  tx: { query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> },
  userId: string,
): Promise<Membership[]> =>
  tx.query<Membership>('select tenant_id, role, status from tenant_user where user_id = $1 order by tenant_id', [userId]);
