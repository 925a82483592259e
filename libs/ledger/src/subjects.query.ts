import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** Whose account a transaction or hold is about. */
export interface Subject {
  readonly id: string;
  readonly kind: string;
  readonly accountId: string;
  readonly ownerId: string;
  readonly assetId: string;
}

interface SubjectRow {
  id: string;
  kind: string;
  account_id: string;
  owner_id: string;
  asset_id: string;
}

/** Finds the subjects of transactions by id (a hold has the id of the transaction that placed it); unknown ids are left out. */
export async function findSubjects(tx: ReadTx<TenantContext>, ids: readonly string[]): Promise<Map<string, Subject>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<SubjectRow>(
    `select t.id, t.kind, t.account_id, a.owner_id, a.asset_id
     from ledger_transaction t join ledger_account a on a.tenant_id = t.tenant_id and a.id = t.account_id
     where t.tenant_id = $1 and t.id = any($2::uuid[])`,
    [tx.ctx.tenantId, ids],
  );
  return new Map(
    rows.map((row) => [row.id, { id: row.id, kind: row.kind, accountId: row.account_id, ownerId: row.owner_id, assetId: row.asset_id }]),
  );
}
