import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { MemberKeys } from '../members/member-keys.js';
import { relationPlace } from './add-sub-relation.operation.js';
import { FindSubRelations } from './find-sub-relations.query.js';
import { normalizedRelation } from './relation.js';

/** Lets what leads to one member lead to another: sealed anew with the other's key; what leads there already is not doubled. */
@Injectable()
export class MoveRelations {
  constructor(
    private readonly keys: MemberKeys,
    private readonly findSubRelations: FindSubRelations,
  ) {}

  async execute(tx: WriteTx<TenantContext>, from: string, to: string): Promise<void> {
    const { tenantId } = tx.ctx;
    const relations = await this.findSubRelations.list(tx, from);
    if (relations.length === 0) return;
    const seal = await this.keys.sealOf(tx, to);
    for (const { kind, value, created_at } of relations) {
      const id = newId();
      await tx.query(
        `insert into member_relation (tenant_id, member_id, id, kind, sealed, value_index, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, member_id, value_index) do nothing`,
        [
          tenantId,
          to,
          id,
          kind,
          seal.seal(relationPlace(id), value),
          this.keys.index(tenantId, 'relation', normalizedRelation(value)),
          created_at,
        ],
      );
    }
    await tx.query('delete from member_relation where tenant_id = $1 and member_id = $2', [tenantId, from]);
  }
}
