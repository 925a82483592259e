import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, PostTransactions, type Post, type Verdict } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
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
  readonly program?: Program;
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

  /** Posts what leaves each wallet, all that is available of it; what is refused is a fault, for the wallets are locked and were looked at. */
  async post(
    tx: WriteTx<TenantContext>,
    moves: readonly { wallet: HeldWallet; to: string; kind: string; details: Readonly<Record<string, unknown>> }[],
  ): Promise<Extract<Verdict, { outcome: 'posted' }>[]> {
    const commands = moves.map(({ wallet, to, kind, details }): Post => ({
      act: 'post',
      kind,
      id: newId(),
      account: wallet.accountId,
      legs: [{ from: wallet.accountId, to, amount: wallet.available }],
      debitOrder: wallet.program?.terms.consumption_order,
      details,
    }));
    const verdicts = await this.ledger.execute(tx, commands);
    return verdicts.map((verdict) => {
      if (verdict.outcome !== 'posted')
        throw new Error(
          `a locked wallet was refused: ${JSON.stringify(verdict, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
        );
      return verdict;
    });
  }
}
