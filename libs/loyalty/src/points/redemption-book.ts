import type { TenantContext } from '@tallystick/kernel';
import type { LedgerCommand } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { WALLET, WITH_WALLET, withPredecessors } from '../activity/activity.sql.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import type { Plan } from './plan.js';
import { cycleStart, pastLimit, type StandingRedemption } from './redeem-limits.policy.js';

/**
 * What wallets have redeemed in the cycles that their programs limit. It is counted from the ledger itself, so that a reversal or an ended
 * hold gives back what was redeemed on its own day (C2.7), and under a lock of the wallet's: two lists never count past each other.
 */
export class RedemptionBook {
  private constructor(
    private readonly standing: ReadonlyMap<string, StandingRedemption[]>,
    private readonly world: LoyaltyWorld,
  ) {}

  /** Locks and counts for the redemptions and holds among the plans; no statement where no program limits them. */
  static async open(tx: WriteTx<TenantContext>, plans: readonly Plan[], world: LoyaltyWorld): Promise<RedemptionBook> {
    const limited = plans.filter(isLimited);
    const wallets = [...new Set(limited.map(({ command }) => command.account))].sort();
    const standing = new Map<string, StandingRedemption[]>(wallets.map((id) => [id, []]));
    if (wallets.length === 0) return new RedemptionBook(standing, world);
    for (const id of wallets) await tx.query(`select pg_advisory_xact_lock(hashtextextended('redeem ' || $1::text, 0))`, [id]);
    const starts = limited.flatMap(({ program }) =>
      program.terms.redeem_limits.map(({ per }) => cycleStart(per, world.now, world.zone).getTime()),
    );
    const rows = await tx.query<{ account_id: string; at: Date; units: string }>(STANDING, [
      tx.ctx.tenantId,
      wallets,
      new Date(Math.min(...starts)),
    ]);
    for (const { account_id: id, at, units } of rows) standing.get(id)?.push({ at, units: BigInt(units) });
    return new RedemptionBook(standing, world);
  }

  /** The command of a plan; one that redeems is barred when its turn comes and a limit is reached, and counts once it is posted. */
  watch(plan: Plan, command: LedgerCommand): LedgerCommand {
    const standing = isLimited(plan) && this.standing.get(command.account);
    if (!standing) return command;
    const units = command.act === 'hold' ? command.amount : command.act === 'post' ? (command.legs[0]?.amount ?? 0n) : 0n;
    const { now, zone } = this.world;
    return {
      ...command,
      barred: () => command.barred?.() ?? pastLimit(plan.program, standing, units, now, zone),
      posted: (transaction, state) => {
        command.posted?.(transaction, state);
        standing.push({ at: now, units });
      },
    };
  }
}

const isLimited = ({ program, command }: Plan): boolean =>
  program.terms.redeem_limits.length > 0 && (command.kind === 'redeem' || command.act === 'hold');

/** Redemptions less their reversals; holds less what was released of them, and less the reversals of what was captured. */
const STANDING = `select account_id, at, units from (
    select ${WALLET} as account_id, t.recorded_at as at, case t.kind
      when 'redeem' then -t.amount - coalesce((select sum(r.amount) from ledger_transaction r
        where r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal'), 0)
      else (select h.amount - h.released from ledger_hold h where h.tenant_id = $1 and h.id = t.id) - coalesce((
        select sum(r.amount) from ledger_transaction c join ledger_transaction r on r.tenant_id = $1 and r.ref_id = c.id and r.kind = 'reversal'
        where c.tenant_id = $1 and c.ref_id = t.id and c.kind = 'capture'), 0) end as units
    from ledger_transaction t ${WITH_WALLET}
    where t.tenant_id = $1 and t.account_id = any(${withPredecessors('$2::uuid[]')}) and t.recorded_at >= $3 and t.kind in ('redeem', 'hold')
  ) s where units > 0`;
