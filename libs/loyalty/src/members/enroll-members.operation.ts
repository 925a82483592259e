import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { OpenAccounts } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { ErasedMembers } from './erased-members.js';
import type { MemberStatus } from './member-status.policy.js';
import { MemberCreated } from '../loyalty.events.js';
import type { KnownMember } from '../points/loyalty-world.query.js';
import type { Program } from '../programs/program.js';
import { NO_STANDING } from '../rules/conditions.policy.js';

/** How members are enrolled. */
export interface EnrollOptions {
  /** Active when left out. */
  readonly status?: MemberStatus;
  /** Who was erased under one of the references has come back, as somebody new. Left out, they stay away (C9.4). */
  readonly readmit?: boolean;
}

/** Who is new, who was there already, and which references are of people who were erased. */
export interface Enrolled {
  readonly enrolled: readonly KnownMember[];
  readonly known: readonly KnownMember[];
  readonly erased: readonly string[];
}

/** Enrolls members by reference, many in a few statements, each with a wallet of the program, if there is one. Who is known already stays as is. */
@Injectable()
export class EnrollMembers {
  constructor(
    private readonly openAccounts: OpenAccounts,
    private readonly erasedMembers: ErasedMembers,
  ) {}

  /** Inserts in the order of the references: two lists cannot wait for each other in a circle. */
  async execute(
    tx: WriteTx<TenantContext>,
    references: readonly string[],
    program: Program | null,
    { status = 'active', readmit = false }: EnrollOptions = {},
  ): Promise<Enrolled> {
    const all = [...new Set(references)].sort();
    if (readmit) await this.erasedMembers.readmit(tx, all);
    const erased = readmit ? new Set<string>() : await this.erasedMembers.among(tx, all);
    const sorted = all.filter((reference) => !erased.has(reference));
    const made = await tx.query<{ id: string; reference: string; created_at: Date }>(
      `insert into member (tenant_id, id, reference, status, created_at, activated_at)
       select $1, m.id, m.reference, $4, tenant_now(), case when $4 = 'active' then tenant_now() end from unnest($2::uuid[], $3::text[]) with ordinality as m(id, reference, n) order by n
       on conflict (tenant_id, reference) do nothing returning id, reference, created_at`,
      [tx.ctx.tenantId, sorted.map(() => newId()), sorted, status],
    );
    for (const { id, reference, created_at } of made) {
      tx.emit(MemberCreated, { id, reference, status, created_at: created_at.toISOString() });
    }
    if (program)
      await this.openAccounts.execute(
        tx,
        made.map(({ id }) => ({ assetId: program.assetId, ownerId: id, ownerType: 'member', lotted: true })),
      );
    const enrolled = made.map(({ id, reference }): KnownMember => ({
      id,
      reference,
      status,
      assets: new Set(program ? [program.assetId] : []),
      ...NO_STANDING,
    }));
    const fresh = new Set(made.map((member) => member.reference));
    const others = sorted.filter((reference) => !fresh.has(reference));
    return { enrolled, known: others.length === 0 ? [] : await this.find(tx, others), erased: [...erased] };
  }

  /** Which of these references, that nobody has, are of people who were erased (C9.4). */
  erasedAmong(tx: WriteTx<TenantContext>, references: readonly string[]): Promise<ReadonlySet<string>> {
    return this.erasedMembers.among(tx, [...new Set(references)]);
  }

  private async find(tx: WriteTx<TenantContext>, references: readonly string[]): Promise<KnownMember[]> {
    const rows = await tx.query<{ id: string; reference: string; status: KnownMember['status']; assets: string[] }>(
      `select m.id, q.reference, m.status, array(select a.asset_id from ledger_account a where a.tenant_id = $1 and a.owner_id = m.id) as assets
       from member q join member m on m.tenant_id = $1 and m.id = coalesce(q.merged_into, q.id)
       where q.tenant_id = $1 and q.reference = any($2::text[])`,
      [tx.ctx.tenantId, references],
    );
    return rows.map((row) => ({ ...row, assets: new Set(row.assets), ...NO_STANDING }));
  }
}
