import type { TenantContext } from '@tallystick/kernel';
import type { LedgerCommand, LedgerState, LedgerTransaction } from '@tallystick/ledger';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { FIRSTS, type CounterKey, type EarningCounters } from '../rules/counters.policy.js';
import { countersUsed, giveBack } from '../rules/give-back.policy.js';
import { lockCounters, writeCounters } from '../rules/earning-counters.js';
import { countersOf, measureEarning, type Assessment, type MeasuredEarning } from '../rules/measure-earning.policy.js';
import { assessPurchase } from './assess-purchase.policy.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { referenceKey, type Plan } from './plan.js';
import type { EarnFact, PointsFact } from './points-fact.js';
import { TierBook } from './tier-book.js';

/** The purchases of a list as rules see them, with the counters behind caps, budgets and first purchases. */
export class EarningBook {
  private constructor(
    private readonly assessments: ReadonlyMap<EarnFact, Assessment>,
    private readonly counters: EarningCounters,
    private readonly world: LoyaltyWorld,
    private readonly tiers: TierBook,
  ) {}

  /** Looks at the list's purchases, and locks the counters that they and its refunds may change; no statement where there are none. */
  static async open(tx: WriteTx<TenantContext>, facts: readonly PointsFact[], world: LoyaltyWorld): Promise<EarningBook> {
    const assessments = new Map<EarnFact, Assessment>();
    const tiers = await TierBook.open(tx, facts, world);
    const keys: CounterKey[] = [];
    for (const fact of facts) {
      const assessment = fact.kind === 'earn' && assessPurchase(fact, world);
      if (!assessment) continue;
      assessments.set(fact, assessment);
      keys.push(...countersOf(assessment));
      for (const member of tiers.inAnyTier(assessment.program.id, world.member((fact as EarnFact).member)!))
        keys.push(...countersOf(assessPurchase(fact as EarnFact, world, member)!));
    }
    if (world.countsUse) keys.push(...(await readUsed(tx, facts)));
    return new EarningBook(assessments, await lockCounters(tx, keys), world, tiers);
  }

  /** How a purchase is measured when its turn comes; null where the program's own rate is all there is. */
  measured(fact: EarnFact): (() => MeasuredEarning) | null {
    const assessment = this.assessments.get(fact);
    if (!assessment) return null;
    return () => {
      const member = this.world.member(fact.member)!;
      const now = this.tiers.atThisTurn(assessment.program.id, member);
      return measureEarning(now === member ? assessment : assessPurchase(fact, this.world, now)!, this.counters);
    };
  }

  /** The command of a plan; one that turns an earning gives back what that used as soon as it is posted, and either moves its member on. */
  watch(plan: Plan): LedgerCommand {
    return this.tiers.watch(plan, this.givingBack(plan));
  }

  private givingBack({ command, program, member }: Plan): LedgerCommand {
    if (command.act !== 'reverse' || !this.world.countsUse) return command;
    return {
      ...command,
      posted: (transaction, state) => {
        command.posted?.(transaction, state);
        const target = state.transactions.get(transaction.refId ?? '');
        if (target?.kind !== 'earn') return;
        const turned = { programId: program.id, memberId: member.id, target };
        giveBack(this.counters, turned, { ...refundedBy(transaction, state), whole: transaction.once === 'reversal' });
      },
    };
  }

  /** Writes what the list used and gave back. */
  close(tx: WriteTx<TenantContext>): Promise<void> {
    return writeCounters(tx, this.counters);
  }
}

function refundedBy(transaction: LedgerTransaction, state: LedgerState): { before: bigint; after: bigint } {
  const others = (state.reversals.get(transaction.refId as string) ?? []).filter(({ id }) => id !== transaction.id);
  const before = others.reduce((sum, { due }) => sum + (due ?? 0n), 0n);
  return { before, after: before + (transaction.due ?? 0n) };
}

/** The counters that the earnings behind a list's refunds and reversals used. */
async function readUsed(tx: ReadTx<TenantContext>, facts: readonly PointsFact[]): Promise<CounterKey[]> {
  const ids = facts.flatMap((fact) => ('transactionId' in fact ? [fact.transactionId] : []));
  const references = facts.flatMap((fact) => (fact.kind === 'refund' ? [referenceKey('earn', fact.originalReference)] : []));
  if (ids.length + references.length === 0) return [];
  const rows = await tx.query<{ details: Record<string, unknown> | null; member_id: string; program_id: string; counts: boolean }>(
    `select t.details, coalesce(m.merged_into, m.id) as member_id, p.id as program_id,
       exists (select from earning_rule r where r.tenant_id = $1 and r.program_id = p.id and r.counts_purchases) as counts
     from ledger_transaction t join ledger_account a on a.tenant_id = $1 and a.id = t.account_id
     join member m on m.tenant_id = $1 and m.id = a.owner_id
     join program p on p.tenant_id = $1 and p.asset_id = a.asset_id
     where t.tenant_id = $1 and t.kind = 'earn' and (t.id = any($2::uuid[]) or t.reference = any($3::text[]))`,
    [tx.ctx.tenantId, ids, references],
  );
  return rows.flatMap(({ details, member_id: memberId, program_id: programId, counts }) => {
    const { uses, purchases } = countersUsed({ programId, memberId, target: { details, legs: [] } });
    const firsts = purchases && { ...purchases, period: FIRSTS };
    return [...uses.map(({ key }) => key), ...(counts && purchases && firsts ? [purchases, firsts] : [])];
  });
}
