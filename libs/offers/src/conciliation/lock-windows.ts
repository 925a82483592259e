import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/**
 * Lets those who open and close windows of a tenant take turns, until their transactions end. Who takes the lock of
 * cashback as well takes it after this one: a merge waits for a window that closes, and no batch for either.
 */
export async function lockWindows(tx: WriteTx<TenantContext>): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('windows ' || $1::text, 0))`, [tx.ctx.tenantId]);
}
