import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { FIRST_NUMBER } from './write-effects.js';

/**
 * Waits until the postings of the tenant that have taken their numbers are committed, and lets no other take one before this transaction
 * ends. What such a posting reads after it was written, it reads as this transaction leaves it: a change of the terms that postings go by
 * can tell those before it from those after.
 */
export async function awaitPostings(tx: WriteTx<TenantContext>): Promise<void> {
  await tx.query(
    `insert into ledger_counter (tenant_id, name, value) values ($1, 'transaction', ${FIRST_NUMBER})
     on conflict (tenant_id, name) do update set value = ledger_counter.value`,
    [tx.ctx.tenantId],
  );
}
