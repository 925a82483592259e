import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { MemberKeys } from '../members/member-keys.js';
import { relationPlace } from './add-sub-relation.operation.js';
import type { Relation, RelationKind } from './relation.js';

/** Reads what leads to a member, in full: who shows it masks it. */
@Injectable()
export class FindSubRelations {
  constructor(private readonly keys: MemberKeys) {}

  /** In the order in which they were added. Throws `not_found`. */
  async list(tx: ReadTx<TenantContext>, memberId: string, kind?: RelationKind): Promise<Relation[]> {
    const { tenantId } = tx.ctx;
    const [member] = await tx.query('select from member where tenant_id = $1 and id = $2', [tenantId, memberId]);
    if (!member) throw NotFound.with();
    const seal = await this.keys.find(tx, memberId);
    if (!seal) return [];
    const rows = await tx.query<{ id: string; kind: RelationKind; sealed: string; created_at: Date }>(
      `select id, kind, sealed, created_at from member_relation
       where tenant_id = $1 and member_id = $2 and ($3::text is null or kind = $3) order by created_at, id`,
      [tenantId, memberId, kind ?? null],
    );
    return rows.map(({ id, kind: of, sealed, created_at }) => ({
      id,
      kind: of,
      value: seal.open(relationPlace(id), sealed),
      created_at: created_at.toISOString(),
    }));
  }
}
