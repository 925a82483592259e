import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, InvalidState, type WriteTx } from '@tallystick/platform';
import { MemberAttributes } from '../attributes/member-attributes.js';
import { EnrollMembers } from './enroll-members.operation.js';
import { FindMembers } from './find-members.query.js';
import { MemberEnrolled } from './member.acts.js';
import { MemberErased } from './member.errors.js';
import type { Member } from './member.js';
import { readProgram, type ProgramRow } from '../programs/program.js';
import type { MemberStatus } from './member-status.policy.js';
import { ProfileSealer, type Profile } from './profile-sealer.js';

/** A member to be. */
export interface NewMember {
  readonly reference: string;
  readonly profile: Profile;
  /** Active when left out. */
  readonly status?: MemberStatus;
  /**
   * The member comes with a feed that repeats itself: who was erased under this reference stays so (C9.4). Without it the person has come
   * back, and is somebody new.
   */
  readonly fromFeed?: boolean;
}

/** Enrolls one member with what the caller knows of the person, and a wallet of the default program. */
@Injectable()
export class CreateMember {
  constructor(
    private readonly enrollMembers: EnrollMembers,
    private readonly sealer: ProfileSealer,
    private readonly attributes: MemberAttributes,
    private readonly findMembers: FindMembers,
  ) {}

  /**
   * Throws `duplicate` for a taken reference or unique value, `validation_error` for attributes against their definitions, `erased`, and
   * `invalid_state` when the tenant has no default program yet.
   */
  async execute(tx: WriteTx<TenantContext>, { reference, profile, status, fromFeed }: NewMember): Promise<Member> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and is_default', [tx.ctx.tenantId]);
    if (!row) throw InvalidState.with({ message: 'This tenant has no default program yet: create one first.' });
    const { enrolled, erased } = await this.enrollMembers.execute(tx, [reference], readProgram(row), { status, readmit: !fromFeed });
    if (erased.length > 0) throw MemberErased.with({ errors: { reference: ['Who had this reference was erased.'] } });
    const [member] = enrolled;
    if (!member) throw Duplicate.with({ errors: { reference: ['This reference is taken.'] } });
    const before = { memberId: member.id, isNew: true, open: {}, personal: {} };
    const { open, personal } = await this.attributes.merge(tx, before, profile.attributes ?? {});
    if (Object.keys(open).length > 0) {
      await tx.query('update member set attributes = $3 where tenant_id = $1 and id = $2', [
        tx.ctx.tenantId,
        member.id,
        JSON.stringify(open),
      ]);
    }
    await this.sealer.store(tx, member.id, { ...profile, attributes: personal });
    if (tx.ctx.actor.type === 'user') tx.audit(MemberEnrolled, { target: { type: 'member', id: member.id } });
    return this.findMembers.byId(tx, member.id);
  }
}
