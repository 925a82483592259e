import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { Duplicate, NotFound, type WriteTx } from '@tallystick/platform';
import { ErasedMembers } from '../members/erased-members.js';
import { MemberErased } from '../members/member.errors.js';
import { AddSubRelation } from '../relations/add-sub-relation.operation.js';
import { RELATION_KINDS, type RelationKind } from '../relations/relation.js';
import type { FileField } from './file-header.policy.js';
import { postEach } from './post-each.js';
import { rowOf, type FieldCells, type RowKind, type RowVerdict } from './row-kind.js';
import { BadCell, readText } from './values.policy.js';

const LONGEST = 200;

/** The columns of a file of cards and accounts: one for each kind of reference. */
export const CRD_FIELDS: readonly FileField[] = [{ name: 'member_reference', required: true }, ...RELATION_KINDS.map((name) => ({ name }))];

interface RelationsRow {
  readonly reference: string;
  readonly relations: readonly { readonly kind: RelationKind; readonly value: string }[];
}

/** Cards, accounts and other references of members: at least one in a row, `0` or nothing where there is none (A.3.5). */
@Injectable()
export class CrdRows implements RowKind<RelationsRow> {
  readonly type = 'CRD';
  readonly chunk = 250;

  constructor(
    private readonly addRelation: AddSubRelation,
    private readonly erased: ErasedMembers,
  ) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(CRD_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('member_reference');
  }

  read(cells: FieldCells): RelationsRow {
    const kinds = RELATION_KINDS.filter((kind) => cells(kind) !== '' && cells(kind) !== '0');
    if (kinds.length === 0) throw new BadCell('card', `At least one of ${RELATION_KINDS.join(', ')} must be there.`);
    return {
      reference: readText(cells('member_reference'), 'member_reference', LONGEST),
      relations: kinds.map((kind) => ({ kind, value: readText(cells(kind), kind, LONGEST) })),
    };
  }

  post(tx: WriteTx<TenantContext>, rows: readonly RelationsRow[]): Promise<RowVerdict[]> {
    return postEach(
      tx,
      rows,
      ({ reference }) => reference,
      async ({ reference, relations }) => {
        const [member] = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and reference = $2', [
          tx.ctx.tenantId,
          reference,
        ]);
        if (!member) throw await this.stranger(tx, reference);
        let added = 0;
        for (const relation of relations) {
          const result = await tx.attempt(() => this.addRelation.execute(tx, { memberId: member.id, ...relation }));
          if (!(result instanceof DomainError)) added++;
          else if (result.definition.code !== Duplicate.code) throw result;
        }
        return rowOf(added > 0 ? 'accepted' : 'duplicate', reference, member.id);
      },
    );
  }

  private async stranger(tx: WriteTx<TenantContext>, reference: string): Promise<DomainError> {
    const isErased = (await this.erased.among(tx, [reference])).size > 0;
    return isErased
      ? MemberErased.with({ errors: { member_reference: ['Who had this reference was erased.'] } })
      : NotFound.with({ errors: { member_reference: ['No such member.'] } });
  }
}
