import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { ACCOUNT_CHECKS } from './account.checks.js';
import type { Check, Difference } from './check.js';
import { LOT_CHECKS } from './lot.checks.js';
import { SEAL_CHECKS } from './seal.checks.js';
import { TRANSACTION_CHECKS } from './transaction.checks.js';

/** What reconciling a tenant's books found. */
export interface Reconciliation {
  /** The tenant's time of the snapshot, RFC 3339. */
  readonly checked_at: string;
  readonly balanced: boolean;
  /** The first hundred at most. */
  readonly differences: readonly Difference[];
}

/** Everything that must hold of a tenant's books. */
export const CHECKS: readonly Check[] = [...ACCOUNT_CHECKS, ...TRANSACTION_CHECKS, ...LOT_CHECKS, ...SEAL_CHECKS];

const SHOWN = 100;

/** Adds up a tenant's books in every way that must give the same. Reads all of them: give it a snapshot, so that posting goes on. */
@Injectable()
export class Reconcile {
  async execute(tx: ReadTx<TenantContext>): Promise<Reconciliation> {
    // The checks sort and hash whole tables; the default would send them to disk in small parts.
    const [row] = await tx.query<{ now: Date }>(`select tenant_now() as now, set_config('work_mem', '64MB', true)`);
    const differences: Difference[] = [];
    for (const { name, sql } of CHECKS) {
      if (differences.length >= SHOWN) break;
      const rows = await tx.query<Omit<Difference, 'check'>>(
        `select subject::text, expected::text, found::text from (${sql}) d limit ${SHOWN - differences.length}`,
        [tx.ctx.tenantId],
      );
      differences.push(...rows.map((found) => ({ check: name, ...found })));
    }
    return { checked_at: (row as { now: Date }).now.toISOString(), balanced: differences.length === 0, differences };
  }
}
