import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { RelationRemoved } from './relation.acts.js';
import { MemberRelationRemoved } from './relation.events.js';
import type { RelationKind } from './relation.js';

/** Takes a card, account, device or id from a member. */
@Injectable()
export class RemoveSubRelation {
  /** Throws `not_found`. */
  async execute(tx: WriteTx<TenantContext>, { memberId, id }: { memberId: string; id: string }): Promise<void> {
    const [row] = await tx.query<{ kind: RelationKind }>(
      'delete from member_relation where tenant_id = $1 and member_id = $2 and id = $3 returning kind',
      [tx.ctx.tenantId, memberId, id],
    );
    if (!row) throw NotFound.with();
    tx.emit(MemberRelationRemoved, { id, member_id: memberId, kind: row.kind });
    if (tx.ctx.actor.type === 'user')
      tx.audit(RelationRemoved, { target: { type: 'member', id: memberId }, before: { relation_id: id, kind: row.kind } });
  }
}
