import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { ACCOUNT_CHECKS, ENTRY_CHECKS } from './account.checks.js';
import type { Check, CheckGroup, Difference } from './check.js';
import { LOT_CHECKS } from './lot.checks.js';
import { SEAL_CHECKS } from './seal.checks.js';
import { LEG_CHECKS, TRANSACTION_CHECKS } from './transaction.checks.js';

/** What reconciling a tenant's books found. */
export interface Reconciliation {
  /** The tenant's time of the snapshot, RFC 3339. */
  readonly checked_at: string;
  readonly balanced: boolean;
  /** The first hundred at most. */
  readonly differences: readonly Difference[];
}

const GROUPS: CheckGroup[] = [ENTRY_CHECKS, ACCOUNT_CHECKS, LEG_CHECKS, TRANSACTION_CHECKS, LOT_CHECKS, SEAL_CHECKS];

/** Everything that must hold of a tenant's books. */
export const CHECKS: readonly Check[] = GROUPS.flatMap(({ checks }) => checks);

/** Adds what must hold between the books and the rows of a room that posts to them, once, where that room is loaded. */
export function defineChecks(group: CheckGroup): CheckGroup {
  GROUPS.push(group);
  return group;
}

const SHOWN = 100;

/** Adds up a tenant's books in every way that must give the same. Reads all of them as of one moment; posting goes on. */
@Injectable()
export class Reconcile {
  async execute(tx: ReadTx<TenantContext>): Promise<Reconciliation> {
    // The checks sort and hash whole tables: with the usual settings that goes to disk in small parts, and in large books times out.
    const [row] = await tx.query<{ now: Date }>(
      `select tenant_now() as now, set_config('work_mem', '64MB', true), set_config('statement_timeout', '300s', true)`,
    );
    const differences: Difference[] = [];
    for (const { sound, checks } of GROUPS) {
      if (sound && (await isSound(tx, sound))) continue;
      for (const check of checks) differences.push(...(await differencesOf(tx, check, SHOWN - differences.length)));
    }
    return { checked_at: (row as { now: Date }).now.toISOString(), balanced: differences.length === 0, differences };
  }
}

async function isSound(tx: ReadTx<TenantContext>, sql: string): Promise<boolean> {
  const [row] = await tx.query<{ sound: boolean }>(sql, [tx.ctx.tenantId]);
  return row?.sound === true;
}

/** Ordered, so that the limit does not tempt the planner into expecting that it will soon be done. */
async function differencesOf(tx: ReadTx<TenantContext>, { name, sql }: Check, limit: number): Promise<Difference[]> {
  const rows = await tx.query<Omit<Difference, 'check'>>(
    `select subject::text, expected::text, found::text from (${sql}) d order by 1, 2 limit ${limit}`,
    [tx.ctx.tenantId],
  );
  return rows.map((found) => ({ check: name, ...found }));
}
