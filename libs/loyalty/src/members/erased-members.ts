import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { MemberKeys } from './member-keys.js';

/** Remembers, by keyed hashes alone, under which references people were erased: what still names them must not bring them back (C9.4). */
@Injectable()
export class ErasedMembers {
  constructor(private readonly keys: MemberKeys) {}

  async remember(tx: WriteTx<TenantContext>, reference: string): Promise<void> {
    await tx.query(
      'insert into member_tombstone (tenant_id, reference_index, erased_at) values ($1, $2, tenant_now()) on conflict do nothing',
      [tx.ctx.tenantId, this.index(tx, reference)],
    );
  }

  /** Which of these references were erased people's. */
  async among(tx: WriteTx<TenantContext>, references: readonly string[]): Promise<ReadonlySet<string>> {
    const [any] = await tx.query('select from member_tombstone where tenant_id = $1 limit 1', [tx.ctx.tenantId]);
    if (!any) return new Set();
    const rows = await tx.query<{ n: string }>(
      `select asked.n from unnest($2::bytea[]) with ordinality as asked(reference_index, n)
       join member_tombstone t on t.tenant_id = $1 and t.reference_index = asked.reference_index`,
      [tx.ctx.tenantId, references.map((reference) => this.index(tx, reference))],
    );
    return new Set(rows.map(({ n }) => references[Number(n) - 1]!));
  }

  /** Somebody has come back under this reference, as a new person. */
  async readmit(tx: WriteTx<TenantContext>, references: readonly string[]): Promise<void> {
    await tx.query('delete from member_tombstone where tenant_id = $1 and reference_index = any($2::bytea[])', [
      tx.ctx.tenantId,
      references.map((reference) => this.index(tx, reference)),
    ]);
  }

  private index(tx: WriteTx<TenantContext>, reference: string): Buffer {
    return this.keys.index(tx.ctx.tenantId, 'tombstone', reference);
  }
}
