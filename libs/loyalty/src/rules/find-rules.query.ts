import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { EarningRule, RuleDefinition, RuleInForce, RuleStatus, RuleVersion, RuleVersionStatus } from './earning-rule.js';

/** Which rules of a program, in which window. */
export interface RuleFilter {
  readonly status?: RuleStatus;
  readonly search?: string;
  readonly limit: number;
  readonly offset: number;
}

interface VersionRow {
  version: number;
  version_status: RuleVersionStatus;
  definition: RuleDefinition;
  edited_by: string;
  edited_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  published_at: Date | null;
}

interface RuleRow extends VersionRow {
  id: string;
  program_id: string;
  code: string;
  status: RuleStatus;
  live_version: number | null;
  created_at: Date;
  updated_at: Date;
}

const VERSION =
  'v.version, v.status as version_status, v.definition, v.edited_by, v.edited_at, v.approved_by, v.approved_at, v.published_at';

const RULE = `select r.id, r.program_id, r.code, r.status, r.live_version, r.created_at, r.updated_at, ${VERSION}`;
const FROM = `from earning_rule r
  join earning_rule_version v on v.tenant_id = r.tenant_id and v.rule_id = r.id and v.version = r.version`;

type Tx = ReadTx<TenantContext>;

/** Reads a program's earning rules. */
@Injectable()
export class FindRules {
  /** Throws `not_found`, also for a rule of another program. */
  async byId(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    const [row] = await tx.query<RuleRow>(`${RULE} ${FROM} where r.tenant_id = $1 and r.program_id = $2 and r.id = $3`, [
      tx.ctx.tenantId,
      programId,
      id,
    ]);
    if (!row) throw NotFound.with();
    return readRule(row);
  }

  /** Rules in the order in which they are taken, with the count of all that match; `search` is a part of the name or code. */
  async list(tx: Tx, programId: string, filter: RuleFilter): Promise<{ rules: EarningRule[]; total: number }> {
    const pattern = filter.search === undefined ? null : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<RuleRow & { total: string }>(
      `${RULE}, count(*) over () as total ${FROM}
       where r.tenant_id = $1 and r.program_id = $2 and ($3::text is null or r.status = $3)
         and ($4::text is null or r.code ilike $4 or v.definition ->> 'name' ilike $4)
       order by (v.definition ->> 'priority')::int desc, r.code, r.id limit $5 offset $6`,
      [tx.ctx.tenantId, programId, filter.status ?? null, pattern, filter.limit, filter.offset],
    );
    return { rules: rows.map(readRule), total: Number(rows[0]?.total ?? 0) };
  }

  /** All versions of a rule, the latest first. Throws `not_found`. */
  async versions(tx: Tx, programId: string, id: string): Promise<RuleVersion[]> {
    await this.byId(tx, programId, id);
    const rows = await tx.query<VersionRow>(
      `select ${VERSION} from earning_rule_version v where v.tenant_id = $1 and v.rule_id = $2 order by v.version desc`,
      [tx.ctx.tenantId, id],
    );
    return rows.map(readVersion);
  }

  /** The latest versions of rules of any status, as they would be in force. Throws `not_found` for the first that is not there. */
  async latest(tx: Tx, programId: string, ids: readonly string[]): Promise<RuleInForce[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<RuleRow>(`${RULE} ${FROM} where r.tenant_id = $1 and r.program_id = $2 and r.id = any($3::uuid[])`, [
      tx.ctx.tenantId,
      programId,
      ids,
    ]);
    const missing = ids.find((id) => !rows.some((row) => row.id === id.toLowerCase()));
    if (missing !== undefined) throw NotFound.with({ errors: { rule_ids: [`No rule ${missing} in this program.`] } });
    return rows.map(({ id, code, version, definition }) => ({ id, code, version, definition }));
  }
}

const readVersion = (row: VersionRow): RuleVersion => ({
  version: row.version,
  status: row.version_status,
  definition: row.definition,
  editedBy: row.edited_by,
  editedAt: row.edited_at,
  approvedBy: row.approved_by,
  approvedAt: row.approved_at,
  publishedAt: row.published_at,
});

const readRule = (row: RuleRow): EarningRule => ({
  id: row.id,
  programId: row.program_id,
  code: row.code,
  status: row.status,
  latest: readVersion(row),
  liveVersion: row.live_version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
