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
  /** When the hold or the last of the lots ended: as of then it is posted. */
  ended_at: Date;
}

type Tx = WriteTx<TenantContext>;

/** Of which members, and what had fallen due by when. */
export interface DueBy {
  readonly memberIds: readonly string[];
  readonly moment: Date;
}

const DUE_COLUMNS = 'a.owner_id, a.asset_id, p.id as program_id, p.scale';
const OF_MEMBER = `join ledger_account a on a.tenant_id = $1 and a.id = d.account_id and a.owner_type = 'member'
  join program p on p.tenant_id = $1 and p.asset_id = a.asset_id`;

/**
 * Moves expired points of a tenant to breakage, ends holds past their time and pays debts out of what has become available. What is due is
 * read from lots, holds and debts themselves, so that running late, twice or after a crash posts the same (C1.7, C11.6).
 */
@Injectable()
export class ExpirePoints {
  constructor(private readonly ledger: PostTransactions) {}

  /** Ends holds that are past their time. */
  async releaseHolds(tx: Tx, { memberIds, moment }: DueBy): Promise<void> {
    const due = await tx.query<DueRow>(
      `select d.id, d.account_id, d.expires_at as ended_at, ${DUE_COLUMNS} from ledger_hold d ${OF_MEMBER}
       where d.tenant_id = $1 and d.status = 'held' and d.expires_at <= $2 and a.owner_id = any($3::uuid[])
       order by d.expires_at`,
      [tx.ctx.tenantId, moment, memberIds],
    );
    await this.post(tx, due, PointsReleased, (row) => ({
      act: 'release',
      kind: 'release',
      id: newId(),
      account: row.account_id,
      holdId: row.id,
      cause: 'expired',
      expired: houseAccountId(row.asset_id, 'expired'),
      effectiveAt: row.ended_at,
      details: { source: { channel: 'worker', requestId: tx.ctx.requestId } },
    }));
  }

  /** Expires lots past their last day. */
  async expireLots(tx: Tx, { memberIds, moment }: DueBy): Promise<void> {
    const due = await tx.query<DueRow>(
      `select d.id, d.account_id, d.ended_at, ${DUE_COLUMNS} from (
         select account_id as id, account_id, max(expires_at) as ended_at from ledger_lot
         where tenant_id = $1 and open and expires_at <= $2 and remaining > held
           and account_id in (select id from ledger_account where tenant_id = $1 and owner_id = any($3::uuid[])) group by account_id) d ${OF_MEMBER}`,
      [tx.ctx.tenantId, moment, memberIds],
    );
    await this.post(tx, due, PointsExpired, (row) => ({
      act: 'expire',
      kind: 'expire',
      id: newId(),
      account: row.account_id,
      expired: houseAccountId(row.asset_id, 'expired'),
      until: moment,
      effectiveAt: row.ended_at,
      details: { source: { channel: 'worker', requestId: tx.ctx.requestId } },
    }));
  }

  /** Pays what members owe out of points that have become available (C1.6, C3.4). */
  async payDebts(tx: Tx, memberIds: readonly string[]): Promise<void> {
    const owing = await tx.query<{ id: string }>(
      'select id from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[]) and debt_id is not null',
      [tx.ctx.tenantId, memberIds],
    );
    const commands = owing.map(({ id }): LedgerCommand => ({ act: 'settle', kind: 'settle', id: newId(), account: id }));
    await tellSettledDebts(tx, await this.ledger.execute(tx, commands));
  }

  private async post(
    tx: Tx,
    due: readonly DueRow[],
    event: EventDefinition<PointsTransaction>,
    command: (row: DueRow) => LedgerCommand,
  ): Promise<void> {
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
  }
}
