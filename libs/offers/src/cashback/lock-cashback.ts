import type { TenantContext } from '@tallystick/kernel';
import { defineMemberLock } from '@tallystick/loyalty';
import type { Prepared, WriteTx } from '@tallystick/platform';
import { lockWindows } from '../conciliation/lock-windows.js';

const LOCK: Prepared = {
  name: 'cashback_lock',
  text: `select pg_advisory_xact_lock(hashtextextended('cashback ' || $1::text, 0))`,
};

/**
 * Lets those who change a tenant's card transactions, what customers have used of offers, or movements of cashback take turns, until their
 * transactions end. Comes before any lock of rows: caps and budgets are then read, used and written by one at a time.
 */
export async function lockCashback(tx: WriteTx<TenantContext>): Promise<void> {
  await tx.query(LOCK, [tx.ctx.tenantId]);
}

/**
 * Who takes card transactions down holds the lock while they lock members: who merges or erases members takes it first, and before it that of
 * windows, so that nothing is half closed over when they look.
 */
export const CASHBACK_LOCK = defineMemberLock(async (tx) => {
  await lockWindows(tx);
  await lockCashback(tx);
});
