import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { FindMembers } from './find-members.query.js';
import type { Member } from './member.js';
import { refuseStatus, type MemberStatus } from './member-status.policy.js';
import { ProfileSealer, type Profile } from './profile-sealer.js';
import { storeProfile } from './store-profile.js';

/** What may change of a member; a field left out stays, null empties it, attributes are merged by key. */
export interface MemberChanges {
  readonly status?: MemberStatus;
  readonly profile: Profile;
}

/** Changes a member's status or profile. A closed member stays closed. */
@Injectable()
export class UpdateMember {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly findMembers: FindMembers,
  ) {}

  async execute(tx: WriteTx<TenantContext>, memberId: string, changes: MemberChanges): Promise<Member> {
    const [row] = await tx.query<{ status: MemberStatus; sealed: string | null }>(
      `select m.status, p.sealed from member m left join member_profile p on p.tenant_id = m.tenant_id and p.member_id = m.id
       where m.tenant_id = $1 and m.id = $2 for update of m`,
      [tx.ctx.tenantId, memberId],
    );
    if (!row) throw NotFound.with();
    if (changes.status && changes.status !== row.status) {
      refuseStatus(row.status, changes.status);
      await tx.query('update member set status = $3 where tenant_id = $1 and id = $2', [tx.ctx.tenantId, memberId, changes.status]);
    }
    const known = this.sealer.open(tx.ctx.tenantId, memberId, row.sealed);
    const given = Object.fromEntries(Object.entries(changes.profile).filter(([, value]) => value !== undefined)) as Profile;
    if (Object.keys(given).length > 0) {
      const attributes = without(Object.entries({ ...known.attributes, ...given.attributes }));
      await storeProfile(tx, this.sealer, memberId, { ...known, ...given, attributes });
    }
    return this.findMembers.byId(tx, memberId);
  }
}

/** An attribute set to null is removed. */
const without = (entries: [string, unknown][]): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([, value]) => value !== null));
