import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type WriteTx } from '@tallystick/platform';
import { assessBy } from '../../points/assess-purchase.policy.js';
import { readWorld, type LoyaltyWorld } from '../../points/loyalty-world.query.js';
import type { EarnFact, Purchase } from '../../points/points-fact.js';
import type { Program } from '../../programs/program.js';
import type { RuleInForce } from '../earning-rule.js';
import { divide } from '../fraction.policy.js';
import { giveBack } from '../give-back.policy.js';
import { countersOf, measureEarning, type Assessment } from '../measure-earning.policy.js';
import { countsPurchases } from '../rule-definition.policy.js';
import { replayRule } from '../rules.jobs.js';
import { beginBudgets, keepCounters, loadCounters, type Side } from './replay-counters.js';
import { reportOf, TOP, type ReplayRow, type ReplaySums } from './rule-replay.js';

/** How long one turn is, in milliseconds: then others have theirs. */
const TURN_MS = 8_000;
/** Transactions looked at in one chunk, which is one transaction of ours. */
const CHUNK = 1_000;

interface PurchaseRow {
  number: string;
  owner_id: string | null;
  amount: string;
  effective_at: Date;
  purchase: Purchase | null;
  /** What of it was refunded, as a part of the whole; null where nothing was. */
  part: string | null;
  whole: string | null;
}

type KnownPurchase = PurchaseRow & { readonly owner_id: string; readonly purchase: Purchase };

/** What each purchase of a chunk earns by one side, in order. */
type Earned = (Assessment | null)[];

/**
 * Works through a replay in chunks, each in the order of posting and in one transaction that also moves the cursor: stopped at any point, it
 * goes on where it was, and holds no more than a chunk. It reads the ledger and never posts.
 */
@Injectable()
export class ReplayRule {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** One turn; what is left when it is over is asked for anew. */
  async run(ctx: TenantContext, replayId: string, turnMs = TURN_MS, chunk = CHUNK): Promise<void> {
    const end = Date.now() + turnMs;
    for (;;) {
      const goesOn = await this.unitOfWork.run(ctx, (tx) => this.step(tx, replayId, chunk));
      if (!goesOn) return;
      if (Date.now() >= end) return this.unitOfWork.run(ctx, async (tx) => tx.enqueue(replayRule, { replay_id: replayId }));
    }
  }

  /** Answers whether there is more to do. */
  private async step(tx: WriteTx<TenantContext>, replayId: string, chunk: number): Promise<boolean> {
    const [replay] = await tx.query<ReplayRow>('select * from rule_replay where tenant_id = $1 and id = $2 for update', [
      tx.ctx.tenantId,
      replayId,
    ]);
    if (!replay || replay.status === 'completed') return false;
    if (replay.status === 'queued') return this.begin(tx, replay);
    const rows = await this.next(tx, replay, chunk);
    const last = rows.at(-1);
    if (!last) return this.finish(tx, replay);
    const purchases = rows.filter((row): row is KnownPurchase => row.purchase !== null);
    if (purchases.length > 0) await this.measure(tx, replay, purchases);
    const issued = purchases.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    await tx.query(
      'update rule_replay set cursor_number = $3, purchases = purchases + $4, issued = issued + $5 where tenant_id = $1 and id = $2',
      [tx.ctx.tenantId, replayId, last.number, purchases.length, String(issued)],
    );
    return true;
  }

  /** Notes between which transactions the time lies; what is posted meanwhile is not in it. */
  private async begin(tx: WriteTx<TenantContext>, { id, starts_at, ends_at, rules, draft }: ReplayRow): Promise<boolean> {
    const [begun] = await tx.query<{ first_number: string }>(
      `update rule_replay r set status = 'running', first_number = b.first, cursor_number = b.first, last_number = b.last
       from (select coalesce(min(number) - 1, 0) as first, coalesce(max(number), 0) as last from ledger_transaction
             where tenant_id = $1 and recorded_at >= $3 and recorded_at < $4) b
       where r.tenant_id = $1 and r.id = $2 returning first_number`,
      [tx.ctx.tenantId, id, starts_at, ends_at],
    );
    const limited = [...rules, draft].filter(({ definition }) => Object.keys(definition.budget).length > 0);
    await beginBudgets(tx, { replayId: id, firstNumber: begun!.first_number }, [...new Set(limited.map((rule) => rule.id))]);
    return true;
  }

  /** The next transactions, whatever they are; with a purchase where it is one of the program that was not refunded whole. */
  private next(tx: WriteTx<TenantContext>, replay: ReplayRow, chunk: number): Promise<PurchaseRow[]> {
    return tx.query<PurchaseRow>(
      `select t.number, t.amount - coalesce(b.due, 0) as amount, t.effective_at, a.owner_id, b.part, b.whole,
         case when t.kind = 'earn' and p.id is not null and not exists (
           select from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.once = 'reversal') then t.details -> 'purchase' end as purchase
       from (select * from ledger_transaction where tenant_id = $1 and number > $2 and number <= $3 order by number limit $5) t
       left join ledger_account a on a.tenant_id = $1 and a.id = t.account_id and a.owner_type = 'member'
       left join program p on p.tenant_id = $1 and p.asset_id = a.asset_id and p.id = $4
       left join lateral (
         select sum(r.due) as due, case when min(r.whole) = max(r.whole) then sum(r.part) else sum(r.due) end as part,
           case when min(r.whole) = max(r.whole) then max(r.whole) else t.amount end as whole
         from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal') b on t.kind = 'earn'
       order by t.number`,
      [tx.ctx.tenantId, replay.cursor_number, replay.last_number, replay.program_id, chunk],
    );
  }

  private async measure(tx: WriteTx<TenantContext>, replay: ReplayRow, rows: readonly KnownPurchase[]): Promise<void> {
    const facts = rows.map(({ owner_id, purchase, effective_at }): EarnFact => ({
      kind: 'earn',
      source: { channel: 'replay', requestId: tx.ctx.requestId },
      member: { id: owner_id },
      programId: replay.program_id,
      reference: 'replay',
      earned: { purchase },
      occurredAt: effective_at,
    }));
    const world = await readWorld(tx, facts, true);
    const program = world.program(replay.program_id) as Program;
    const { rules, draft } = replay;
    const now = await this.side(tx, replay, 'now', rows, assessed(facts, program, world, rules));
    const drafted = assessed(facts, program, world, [...rules.filter(({ id }) => id !== draft.id), draft]);
    const then = await this.side(tx, replay, 'draft', rows, drafted);
    const sums = new Map<string, [bigint, bigint]>();
    rows.forEach(({ owner_id }, index) => {
      const member = world.member({ id: owner_id })?.id ?? owner_id;
      const [before, after] = sums.get(member) ?? [0n, 0n];
      sums.set(member, [before + (now[index] ?? 0n), after + (then[index] ?? 0n)]);
    });
    await tx.query(
      `insert into rule_replay_member as m (tenant_id, replay_id, member_id, now_units, draft_units)
       select $1, $2, k.member_id, k.now_units, k.draft_units from unnest($3::uuid[], $4::numeric[], $5::numeric[]) as k(member_id, now_units, draft_units)
       on conflict (tenant_id, replay_id, member_id) do update
         set now_units = m.now_units + excluded.now_units, draft_units = m.draft_units + excluded.draft_units`,
      [
        tx.ctx.tenantId,
        replay.id,
        [...sums.keys()],
        [...sums.values()].map(([before]) => String(before)),
        [...sums.values()].map(([, after]) => String(after)),
      ],
    );
  }

  /** What of each earning is left: a refund counts as if it had come with its purchase. */
  private async side(
    tx: WriteTx<TenantContext>,
    replay: ReplayRow,
    side: Side,
    rows: readonly KnownPurchase[],
    earned: Earned,
  ): Promise<bigint[]> {
    const keys = earned.flatMap((assessment) => (assessment ? countersOf(assessment) : []));
    const start = { replayId: replay.id, programId: replay.program_id, firstNumber: replay.first_number as string };
    const counters = await loadCounters(tx, start, side, keys);
    const units = earned.map((assessment, index) => {
      if (!assessment) return 0n;
      const { units: all, given, counted, count } = measureEarning(assessment, counters);
      count();
      const back = refundedOf(all, rows[index] as KnownPurchase);
      if (back > 0n) {
        const target = { details: { rules: given, counted }, legs: [{ amount: all }] };
        const turned = { programId: replay.program_id, memberId: assessment.memberId, target };
        giveBack(counters, turned, { before: 0n, after: back, whole: false });
      }
      return all - back;
    });
    await keepCounters(tx, replay.id, side, counters);
    return units;
  }

  /** Sums up, and forgets what was needed on the way. */
  private async finish(tx: WriteTx<TenantContext>, replay: ReplayRow): Promise<boolean> {
    const of = [tx.ctx.tenantId, replay.id];
    const [program] = await tx.query<{ scale: number }>('select scale from program where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      replay.program_id,
    ]);
    const [sums] = await tx.query<Omit<ReplaySums, 'purchases' | 'issued'>>(
      `select count(*) as members, coalesce(sum(now_units), 0) as now_units, coalesce(sum(draft_units), 0) as draft_units,
         count(*) filter (where draft_units > now_units) as gaining, count(*) filter (where draft_units < now_units) as losing
       from rule_replay_member where tenant_id = $1 and replay_id = $2`,
      of,
    );
    const top = await tx.query<{ member_id: string; now_units: string; draft_units: string }>(
      `select member_id, now_units, draft_units from rule_replay_member
       where tenant_id = $1 and replay_id = $2 and draft_units <> now_units
       order by abs(draft_units - now_units) desc, member_id limit ${TOP}`,
      of,
    );
    const { purchases, issued } = replay;
    const report = reportOf({ ...(sums as ReplaySums), purchases, issued }, top, program?.scale ?? 0);
    await tx.query('delete from rule_replay_counter where tenant_id = $1 and replay_id = $2', of);
    await tx.query('delete from rule_replay_member where tenant_id = $1 and replay_id = $2', of);
    await tx.query(
      `update rule_replay set status = 'completed', report = $3, completed_at = tenant_now() where tenant_id = $1 and id = $2`,
      [...of, JSON.stringify(report)],
    );
    return false;
  }
}

/** Looks at the purchases of a chunk with the rules of one side. */
const assessed = (facts: readonly EarnFact[], program: Program, world: LoyaltyWorld, rules: readonly RuleInForce[]): Earned => {
  const terms = { rules, counts: rules.some(({ definition }) => countsPurchases(definition)) };
  return facts.map((fact) => assessBy(terms, fact, program, world));
};

/** What refunds take of so many units, all of them together rounded once (C3.6). */
const refundedOf = (units: bigint, { part, whole }: PurchaseRow): bigint =>
  part === null || whole === null || whole === '0' ? 0n : divide(units * BigInt(part), BigInt(whole), 'half_up');
