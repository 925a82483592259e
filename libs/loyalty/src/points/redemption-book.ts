import type { TenantContext } from '@tallystick/kernel';
import type { LedgerCommand, LedgerState, LedgerTransaction } from '@tallystick/ledger';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { WALLET, WITH_WALLET, withPredecessors } from '../activity/activity.sql.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import type { Plan } from './plan.js';
import { cycleStart, pastLimit, type StandingRedemption } from './redeem-limits.policy.js';

/** One of them by the id of its transaction: what is given back in the same list is less of it. */
type Standing = StandingRedemption & { readonly id: string; units: bigint };

/**
 * What wallets have redeemed in the cycles that their programs limit. It is counted from the ledger itself, so that a reversal or an ended
 * hold gives back what was redeemed on its own day (C2.7), and under a lock of the wallet's: two lists never count past each other.
 */
export class RedemptionBook {
  private readonly byId = new Map<string, Standing>();

  private constructor(
    private readonly standing: ReadonlyMap<string, Standing[]>,
    private readonly world: LoyaltyWorld,
  ) {}

  /** Locks and counts for the redemptions and holds among the plans; no statement where no program limits them. */
  static async open(tx: WriteTx<TenantContext>, plans: readonly Plan[], world: LoyaltyWorld): Promise<RedemptionBook> {
    const limited = plans.filter(isLimited);
    const wallets = [...new Set(limited.map(({ command }) => command.account))].sort();
    const standing = new Map<string, Standing[]>(wallets.map((id) => [id, []]));
    if (wallets.length === 0) return new RedemptionBook(standing, world);
    for (const id of wallets) await tx.query(`select pg_advisory_xact_lock(hashtextextended('redeem ' || $1::text, 0))`, [id]);
    const starts = limited.flatMap(({ program }) =>
      program.terms.redeem_limits.map(({ per }) => cycleStart(per, world.now, world.zone).getTime()),
    );
    const book = new RedemptionBook(standing, world);
    for (const one of await readStanding(tx, wallets, new Date(Math.min(...starts)))) book.count(standing.get(one.accountId)!, one);
    return book;
  }

  /**
   * The command of a plan; one that redeems is barred when its turn comes and a limit is reached, and counts once it is posted. One that gives
   * back makes room for those after it in the list, as it would before another list.
   */
  watch(plan: Plan, command: LedgerCommand): LedgerCommand {
    if (this.standing.size === 0) return command;
    if (GIVE_BACK.includes(command.act)) {
      return {
        ...command,
        posted: (transaction, state) => {
          command.posted?.(transaction, state);
          this.giveBack(transaction, state);
        },
      };
    }
    const standing = isLimited(plan) && this.standing.get(command.account);
    if (!standing) return command;
    const units = command.act === 'hold' ? command.amount : command.act === 'post' ? (command.legs[0]?.amount ?? 0n) : 0n;
    const { now, zone } = this.world;
    return {
      ...command,
      barred: () => command.barred?.() ?? pastLimit(plan.program, standing.filter(stands), units, now, zone),
      posted: (transaction, state) => {
        command.posted?.(transaction, state);
        this.count(standing, { id: transaction.id, at: now, units });
      },
    };
  }

  private count(standing: Standing[], redemption: Standing): void {
    standing.push(redemption);
    this.byId.set(redemption.id, redemption);
  }

  /** What a reversal, a release or the last capture of a hold gives back of a redemption that is counted; at 0 it counts no more. */
  private giveBack(transaction: LedgerTransaction, { transactions, holds }: LedgerState): void {
    const target = transactions.get(transaction.refId ?? '');
    const redemption = this.byId.get((target?.kind === 'capture' ? target.refId : transaction.refId) ?? '');
    if (!redemption) return;
    if (transaction.kind === 'reversal') redemption.units -= transaction.amount;
    else if (transaction.once === 'hold_end') redemption.units -= holds.get(redemption.id)!.released;
  }
}

/** What wallets have redeemed or set aside since a moment, as far as it was not given back. */
export async function readStanding(
  tx: ReadTx<TenantContext>,
  wallets: readonly string[],
  from: Date,
): Promise<(Standing & { readonly accountId: string })[]> {
  const rows = await tx.query<{ account_id: string; id: string; at: Date; units: string }>(STANDING, [tx.ctx.tenantId, wallets, from]);
  return rows.map(({ account_id: accountId, id, at, units }) => ({ accountId, id, at, units: BigInt(units) }));
}

const stands = ({ units }: StandingRedemption): boolean => units > 0n;

const GIVE_BACK: readonly LedgerCommand['act'][] = ['reverse', 'release', 'capture'];

const isLimited = ({ program, command }: Plan): boolean =>
  program.terms.redeem_limits.length > 0 && (command.kind === 'redeem' || command.act === 'hold');

/** Redemptions less their reversals; holds less what was released of them, and less the reversals of what was captured. */
const STANDING = `select account_id, id, at, units from (
    select ${WALLET} as account_id, t.id, t.recorded_at as at, case t.kind
      when 'redeem' then -t.amount - coalesce((select sum(r.amount) from ledger_transaction r
        where r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal'), 0)
      else (select h.amount - h.released from ledger_hold h where h.tenant_id = $1 and h.id = t.id) - coalesce((
        select sum(r.amount) from ledger_transaction c join ledger_transaction r on r.tenant_id = $1 and r.ref_id = c.id and r.kind = 'reversal'
        where c.tenant_id = $1 and c.ref_id = t.id and c.kind = 'capture'), 0) end as units
    from ledger_transaction t ${WITH_WALLET}
    where t.tenant_id = $1 and t.account_id = any(${withPredecessors('$2::uuid[]')}) and t.recorded_at >= $3 and t.kind in ('redeem', 'hold')
  ) s where units > 0`;
