import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { PostTransactions, houseAccountId, type LedgerCommand, type LedgerTransaction, type Verdict } from '@tallystick/ledger';
import type { EventDefinition, WriteTx } from '@tallystick/platform';
import { PointsExpired, PointsReleased } from '../loyalty.events.js';
import { showTransaction, type PointsTransaction } from './points-transaction.js';
import { tellSettledDebts } from './tell-settled-debts.js';

interface DueRow {
  id: string;
  account_id: string;
  owner_id: string;
  asset_id: string;
  program_id: string;
  scale: number;
}

type Tx = WriteTx<TenantContext>;

/**
 * Moves expired points of a tenant to breakage and ends holds past their time. What is due is read from the lots and holds themselves,
 * so that running late, twice or after a crash posts the same (C1.7, C11.6).
 */
@Injectable()
export class ExpirePoints {
  constructor(private readonly ledger: PostTransactions) {}

  /** Ends holds that are past their time; answers how many were due, at most `limit`. */
  async releaseHolds(tx: Tx, limit = 500): Promise<number> {
    const due = await tx.query<DueRow>(
      `select h.id, h.account_id, a.owner_id, a.asset_id, p.id as program_id, p.scale from ledger_hold h
       join ledger_account a on a.tenant_id = h.tenant_id and a.id = h.account_id
       join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
       where h.tenant_id = $1 and h.status = 'held' and h.expires_at <= tenant_now() order by h.expires_at limit $2`,
      [tx.ctx.tenantId, limit],
    );
    return this.post(tx, due, PointsReleased, (row) => ({
      act: 'release',
      kind: 'release',
      id: newId(),
      account: row.account_id,
      holdId: row.id,
      cause: 'expired',
      expired: houseAccountId(row.asset_id, 'expired'),
      details: { source: { channel: 'worker', requestId: tx.ctx.requestId } },
    }));
  }

  /** Expires lots past their last day; answers how many wallets were due, at most `limit`. */
  async expireLots(tx: Tx, limit = 500): Promise<number> {
    const due = await tx.query<DueRow>(
      `select l.account_id as id, l.account_id, a.owner_id, a.asset_id, p.id as program_id, p.scale
       from (select distinct account_id from ledger_lot
             where tenant_id = $1 and open and expires_at <= tenant_now() and remaining > held limit $2) l
       join ledger_account a on a.tenant_id = $1 and a.id = l.account_id
       join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id`,
      [tx.ctx.tenantId, limit],
    );
    return this.post(tx, due, PointsExpired, (row) => ({
      act: 'expire',
      kind: 'expire',
      id: newId(),
      account: row.account_id,
      expired: houseAccountId(row.asset_id, 'expired'),
      details: { source: { channel: 'worker', requestId: tx.ctx.requestId } },
    }));
  }

  private async post(
    tx: Tx,
    due: readonly DueRow[],
    event: EventDefinition<PointsTransaction>,
    command: (row: DueRow) => LedgerCommand,
  ): Promise<number> {
    const verdicts = await this.ledger.execute(tx, due.map(command));
    due.forEach((row, index) => {
      const verdict = verdicts[index] as Verdict;
      if (verdict.outcome !== 'posted') return;
      const show = (transaction: LedgerTransaction): PointsTransaction =>
        showTransaction({
          transaction,
          program: { id: row.program_id, scale: row.scale },
          memberId: row.owner_id,
          hold: transaction === verdict.transaction ? verdict.hold : undefined,
        });
      tx.emit(event, show(verdict.transaction));
      if (verdict.expired) tx.emit(PointsExpired, show(verdict.expired));
    });
    await tellSettledDebts(tx, verdicts);
    return due.length;
  }
}
