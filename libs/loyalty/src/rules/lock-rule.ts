import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Lets acts on one rule take turns; each reads the rule under the lock. */
export const lockRule = (tx: WriteTx<TenantContext>, id: string): Promise<unknown> =>
  tx.query('select from earning_rule where tenant_id = $1 and id = $2 for update', [tx.ctx.tenantId, id]);

/** A rule as the audit trail names it. */
export const targetOf = (id: string): { type: string; id: string } => ({ type: 'earning_rule', id });
