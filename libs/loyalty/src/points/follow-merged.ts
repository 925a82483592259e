import type { TenantContext } from '@tallystick/kernel';
import { AccountBalances, ownerAccountId, type OpenAccounts, type PostTransactions, type Verdict } from '@tallystick/ledger';
import type { Prepared, WriteTx } from '@tallystick/platform';
import { PointsTransferred } from '../loyalty.events.js';
import { MoveBalances } from '../members/move-balances.js';
import type { Plan } from './plan.js';
import { showTransaction } from './points-transaction.js';

const ENDED: readonly string[] = ['merged', 'erased'];

const ENDED_MEANWHILE: Prepared = {
  name: 'loyalty_ended_meanwhile',
  text: `select 1 from member where tenant_id = $1 and id = any($2::uuid[]) and status in ('merged', 'erased') limit 1`,
};

/** A member was merged or erased between the reading of the world and the locks of the ledger: the whole transaction runs again. */
class EndedMeanwhile extends Error {
  /** As PostgreSQL says it of two transactions that cannot be put in an order. */
  readonly code = '40001';
}

/** Throws what runs the transaction again when a member of the plans is not any more who they were; asked while their wallets are locked. */
export async function refuseEndedMeanwhile(tx: WriteTx<TenantContext>, plans: readonly Plan[]): Promise<void> {
  const ids = [...new Set(plans.filter(({ member }) => !ENDED.includes(member.status)).map(({ member }) => member.id))];
  if (ids.length === 0) return;
  const found = await tx.query(ENDED_MEANWHILE, [tx.ctx.tenantId, ids]);
  if (found.length > 0) throw new EndedMeanwhile('a member was merged or erased meanwhile');
}

/** What comes back to the wallet of a merged member, by a reversal of something from before, goes on to who goes on for them. */
export class FollowMerged {
  private readonly moveBalances: MoveBalances;

  constructor(
    ledger: PostTransactions,
    private readonly openAccounts: OpenAccounts,
  ) {
    this.moveBalances = new MoveBalances(ledger, new AccountBalances());
  }

  async execute(tx: WriteTx<TenantContext>, plans: readonly Plan[], verdicts: readonly Verdict[]): Promise<void> {
    const left = plans.filter(
      ({ command, member, program }, index) =>
        verdicts[index]?.outcome === 'posted' &&
        command.act === 'reverse' &&
        command.account !== ownerAccountId(program.assetId, member.id),
    );
    if (left.length === 0) return;
    const survivors = new Map(left.map(({ command, member }) => [command.account, member]));
    const wallets = await this.moveBalances.read(tx, [...survivors.keys()]);
    const full = wallets.filter(
      ({ available, program, accountId, ownerId }) => available > 0n && program && survivors.get(accountId)!.id !== ownerId,
    );
    const into = full.map(({ assetId, accountId }) => ({
      assetId,
      ownerId: survivors.get(accountId)!.id,
      ownerType: 'member' as const,
      lotted: true,
    }));
    await this.openAccounts.execute(tx, into);
    const posted = await this.moveBalances.post(
      tx,
      full.map((wallet, index) => ({
        wallet,
        to: ownerAccountId(wallet.assetId, into[index]!.ownerId),
        kind: 'transfer',
        details: { source: { channel: 'merge', requestId: tx.ctx.requestId }, to_member_id: into[index]!.ownerId },
      })),
    );
    posted.forEach(({ transaction }, index) => {
      const { program, ownerId } = full[index]!;
      tx.emit(PointsTransferred, showTransaction({ transaction, program: program!, memberId: ownerId }));
    });
  }
}
