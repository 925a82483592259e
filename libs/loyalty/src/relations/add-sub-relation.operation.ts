import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Duplicate, InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { MemberKeys } from '../members/member-keys.js';
import { MEMBER_WORDS, type MemberStatus } from '../members/member-status.policy.js';
import { RelationAdded } from './relation.acts.js';
import { MemberRelationAdded } from './relation.events.js';
import { normalizedRelation, type Relation, type RelationKind } from './relation.js';

/** More than anybody has, and a list can be shown whole. */
const MOST_RELATIONS = 100;

/** Puts a card, account, device or id elsewhere down to a member; the same value may lead to several members, and to each once (A.3.5). */
@Injectable()
export class AddSubRelation {
  constructor(private readonly keys: MemberKeys) {}

  /** Throws `not_found`, `duplicate` for a value that the member has already, `invalid_state` for a member who is merged or erased. */
  async execute(
    tx: WriteTx<TenantContext>,
    { memberId, kind, value: given }: { memberId: string; kind: RelationKind; value: string },
  ): Promise<Relation> {
    const { tenantId } = tx.ctx;
    const value = given.trim();
    if (normalizedRelation(value) === '') throw ValidationFailed.with({ errors: { value: ['Must not be empty.'] } });
    const [member] = await tx.query<{ status: MemberStatus }>('select status from member where tenant_id = $1 and id = $2 for key share', [
      tenantId,
      memberId,
    ]);
    if (!member) throw NotFound.with();
    if (member.status === 'merged' || member.status === 'erased')
      throw InvalidState.with({ errors: { member: [`The member is ${MEMBER_WORDS[member.status]}.`], member_status: [member.status] } });
    const [counted] = await tx.query<{ count: string }>('select count(*) from member_relation where tenant_id = $1 and member_id = $2', [
      tenantId,
      memberId,
    ]);
    if (Number(counted?.count) >= MOST_RELATIONS)
      throw ValidationFailed.with({ errors: { non_field_errors: [`A member has at most ${MOST_RELATIONS} of these.`] } });
    const id = newId();
    const seal = await this.keys.sealOf(tx, memberId);
    const [row] = await tx.query<{ created_at: Date }>(
      `insert into member_relation (tenant_id, member_id, id, kind, sealed, value_index, created_at) values ($1, $2, $3, $4, $5, $6, tenant_now())
       on conflict (tenant_id, member_id, value_index) do nothing returning created_at`,
      [tenantId, memberId, id, kind, seal.seal(relationPlace(id), value), this.keys.index(tenantId, 'relation', normalizedRelation(value))],
    );
    if (!row) throw Duplicate.with({ errors: { value: ['The member has this value already.'] } });
    tx.emit(MemberRelationAdded, { id, member_id: memberId, kind });
    if (tx.ctx.actor.type === 'user')
      tx.audit(RelationAdded, { target: { type: 'member', id: memberId }, after: { relation_id: id, kind } });
    return { id, kind, value, created_at: row.created_at.toISOString() };
  }
}

/** Where the value of a relation lies. */
export const relationPlace = (id: string): { table: string; column: string; row: string } => ({
  table: 'member_relation',
  column: 'sealed',
  row: id,
});
