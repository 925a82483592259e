import type { TenantContext } from '@tallystick/kernel';
import type { Verdict } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { DebtSettled } from '../loyalty.events.js';
import { showTransaction } from './points-transaction.js';

/** Tells of the debts that were paid along with a list's facts (C3.4), whosever they are: what a transfer brings pays its receiver's. */
export async function tellSettledDebts(tx: WriteTx<TenantContext>, verdicts: readonly Verdict[]): Promise<void> {
  const settled = verdicts.flatMap((verdict) => ('settled' in verdict ? (verdict.settled ?? []) : []));
  if (settled.length === 0) return;
  const rows = await tx.query<{ account_id: string; owner_id: string; program_id: string; scale: number }>(
    `select a.id as account_id, a.owner_id, p.id as program_id, p.scale from ledger_account a
     join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id where a.tenant_id = $1 and a.id = any($2::uuid[])`,
    [tx.ctx.tenantId, [...new Set(settled.map(({ accountId }) => accountId))]],
  );
  const wallets = new Map(rows.map((row) => [row.account_id, row]));
  for (const transaction of settled) {
    const wallet = wallets.get(transaction.accountId);
    if (wallet)
      tx.emit(
        DebtSettled,
        showTransaction({ transaction, program: { id: wallet.program_id, scale: wallet.scale }, memberId: wallet.owner_id }),
      );
  }
}
