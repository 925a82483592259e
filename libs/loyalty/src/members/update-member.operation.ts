import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { MemberAttributes } from '../attributes/member-attributes.js';
import { FindMembers } from './find-members.query.js';
import { MemberChanged, MemberStatusSet } from './member.acts.js';
import { MemberStatusChanged, MemberUpdated } from './member.events.js';
import type { Member } from './member.js';
import { MEMBER_WORDS, refuseStatus, type MemberStatus } from './member-status.policy.js';
import { PROFILE_COLUMNS, ProfileSealer, WITH_PROFILE, type Profile, type StoredProfile } from './profile-sealer.js';

/** What may change of a member; a field left out stays, null empties it, attributes are merged by key. */
export interface MemberChanges {
  readonly status?: MemberStatus;
  readonly profile: Profile;
}

interface MemberRow extends StoredProfile {
  status: MemberStatus;
  attributes: Record<string, unknown>;
}

/** Changes a member's status or profile. Some statuses are for good. */
@Injectable()
export class UpdateMember {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly attributes: MemberAttributes,
    private readonly findMembers: FindMembers,
  ) {}

  /**
   * Throws `not_found`, `invalid_state` for a status that does not follow the present one, `validation_error` for attributes against their
   * definitions, `duplicate` for a unique value of another member.
   */
  async execute(tx: WriteTx<TenantContext>, memberId: string, { status, profile }: MemberChanges): Promise<Member> {
    const [row] = await tx.query<MemberRow>(
      `select m.status, m.attributes, ${PROFILE_COLUMNS} from member m ${WITH_PROFILE} where m.tenant_id = $1 and m.id = $2 for update of m`,
      [tx.ctx.tenantId, memberId],
    );
    if (!row) throw NotFound.with();
    if (row.status === 'merged' || row.status === 'erased')
      throw InvalidState.with({ errors: { status: [`A member who is ${MEMBER_WORDS[row.status]} stays so.`] } });
    const fields = await this.changeProfile(tx, memberId, row, profile);
    const from = row.status;
    const to = status ?? from;
    if (to !== from) {
      refuseStatus(from, to);
      await tx.query(
        `update member set status = $3, activated_at = case when $3 = 'active' then coalesce(activated_at, tenant_now()) else activated_at end
         where tenant_id = $1 and id = $2`,
        [tx.ctx.tenantId, memberId, to],
      );
      tx.emit(MemberStatusChanged, { id: memberId, from, to });
    }
    if (fields.length > 0) tx.emit(MemberUpdated, { id: memberId, fields });
    const target = { type: 'member', id: memberId };
    if (to !== from) tx.audit(MemberStatusSet, { target, before: { status: from }, after: { status: to, fields } });
    else if (fields.length > 0 && tx.ctx.actor.type === 'user') tx.audit(MemberChanged, { target, after: { fields } });
    return this.findMembers.byId(tx, memberId);
  }

  /** Answers what is another than before, by name. */
  private async changeProfile(tx: WriteTx<TenantContext>, memberId: string, row: MemberRow, profile: Profile): Promise<string[]> {
    const { attributes: attributesGiven = {}, ...rest } = profile;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0 && Object.keys(attributesGiven).length === 0) return [];
    const { attributes: personalBefore = {}, ...known } = this.sealer.open(tx.ctx.tenantId, memberId, row);
    const before = { memberId, isNew: false, open: row.attributes, personal: personalBefore };
    const after = await this.attributes.merge(tx, before, attributesGiven);
    if (!isDeepStrictEqual(after.open, before.open)) {
      await tx.query('update member set attributes = $3 where tenant_id = $1 and id = $2', [
        tx.ctx.tenantId,
        memberId,
        JSON.stringify(after.open),
      ]);
    }
    await this.sealer.store(tx, memberId, { ...known, ...given, attributes: after.personal });
    const [was, is] = [
      { ...known, ...named(before.open), ...named(before.personal) },
      { ...known, ...given, ...named(after.open), ...named(after.personal) },
    ] as [Record<string, unknown>, Record<string, unknown>];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((field) => !isDeepStrictEqual(was[field] ?? null, is[field] ?? null))
      .sort();
  }
}

const named = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).map(([code, value]) => [`attributes.${code}`, value]));
