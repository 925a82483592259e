import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, houseAccountId, PostTransactions, type HandOver } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { PointsAdjusted, PointsTransferred } from '../loyalty.events.js';
import { showTransaction } from '../points/points-transaction.js';
import { tellSettledDebts } from '../points/tell-settled-debts.js';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';

/** A wallet of a member with what is in it; the program is undefined for money. */
export interface HeldWallet {
  readonly accountId: string;
  readonly assetId: string;
  readonly ownerId: string;
  readonly posted: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly pending: bigint;
  readonly owed: bigint;
  readonly program?: Program;
}

/** What becomes of a wallet: a transfer to another member's, or an adjustment to a house account. */
export interface Move {
  readonly wallet: HeldWallet;
  readonly to: string;
  readonly kind: 'transfer' | 'adjust';
  readonly details: Readonly<Record<string, unknown>>;
}

/** Locks the wallets of members and moves what is in them, whole: for who is merged or erased. Value moves by the ledger alone. */
@Injectable()
export class MoveBalances {
  constructor(
    private readonly ledger: PostTransactions,
    private readonly balances: AccountBalances,
  ) {}

  /** The wallets of members, which stay as they are until the transaction ends; locked in the order in which postings lock them. */
  async lock(tx: WriteTx<TenantContext>, memberIds: readonly string[]): Promise<HeldWallet[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[]) and owner_type = 'member'
       order by id for no key update`,
      [tx.ctx.tenantId, memberIds],
    );
    return this.read(
      tx,
      rows.map(({ id }) => id),
    );
  }

  /** What is in wallets that are locked already. */
  async read(tx: WriteTx<TenantContext>, accountIds: readonly string[]): Promise<HeldWallet[]> {
    const programs = await tx.query<ProgramRow>('select * from program where tenant_id = $1', [tx.ctx.tenantId]);
    const byAsset = new Map(programs.map((row) => [row.asset_id, readProgram(row)]));
    const known = await this.balances.now(tx, accountIds);
    return known.map((balance) => ({ ...balance, program: byAsset.get(balance.assetId) }));
  }

  /**
   * Hands over all that is in each wallet, what is on the way and what is owed as well. What has nothing is left out; what is refused is a
   * fault, for the wallets are locked and were looked at.
   */
  async handOver(tx: WriteTx<TenantContext>, moves: readonly Move[]): Promise<void> {
    const full = moves.filter(({ wallet: { posted, owed } }) => posted !== 0n || owed > 0n);
    const commands = full.map(({ wallet: { program, assetId, accountId }, to, kind, details }): HandOver => ({
      act: 'hand_over',
      kind,
      id: newId(),
      account: accountId,
      to,
      ...(program && { expired: houseAccountId(assetId, 'expired') }),
      details,
    }));
    const verdicts = await this.ledger.execute(tx, commands);
    verdicts.forEach((verdict, index) => {
      const { program, ownerId } = full[index]!.wallet;
      // What has lapsed and was not swept yet stays behind.
      if (verdict.outcome === 'refused' && verdict.reason === 'nothing_to_move') return;
      if (verdict.outcome !== 'posted') throw new Error(`a locked wallet was refused: ${verdict.outcome}`);
      if (program && verdict.transaction.amount !== 0n)
        tx.emit(EVENTS[full[index]!.kind], showTransaction({ transaction: verdict.transaction, program, memberId: ownerId }));
    });
    await tellSettledDebts(tx, verdicts);
  }
}

const EVENTS = { transfer: PointsTransferred, adjust: PointsAdjusted } as const;
