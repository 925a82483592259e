import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import type { RateChange, WindowRate } from './calendar.policy.js';

/** The rates of the tenant's windows, in the order in which they were set. */
export const notedRates = (tx: ReadTx<TenantContext>): Promise<RateChange[]> =>
  tx.query<RateChange>('select noted_at as at, rate from conciliation_rate where tenant_id = $1 order by noted_at', [tx.ctx.tenantId]);

/**
 * Writes down that the rate is another from now on, for windows that begin later. Before the first window there is nothing to note: all
 * begin under the rate that is in force then.
 */
export async function noteRefreshRate(tx: WriteTx<TenantContext>, rate: WindowRate): Promise<void> {
  await tx.query(
    `insert into conciliation_rate (tenant_id, noted_at, rate) select $1, tenant_now(), $2
     where exists (select from conciliation_window where tenant_id = $1)
       and $2 is distinct from (select rate from conciliation_rate where tenant_id = $1 order by noted_at desc limit 1)
     on conflict do nothing`,
    [tx.ctx.tenantId, rate],
  );
}
