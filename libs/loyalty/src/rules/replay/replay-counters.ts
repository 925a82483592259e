import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { withPredecessors } from '../../activity/activity.sql.js';
import { EVERYBODY, EarningCounters, FIRSTS, PURCHASES, type CounterKey } from '../counters.policy.js';

/** By the rules in force, or by the draft. */
export type Side = 'now' | 'draft';

type Tx = WriteTx<TenantContext>;

/** Where a replay begins: after which transaction of which program. */
export interface ReplayStart {
  readonly replayId: string;
  readonly programId: string;
  readonly firstNumber: string;
}

/**
 * The counters of one side of a replay as the chunks before left them, and where they have not come by yet as they stood when the replay's
 * time began: what a member had used of caps, and their purchases, from the ledger.
 */
export async function loadCounters(tx: Tx, start: ReplayStart, side: Side, keys: readonly CounterKey[]): Promise<EarningCounters> {
  const wanted = [...new Map(keys.map((key) => [textOf(key), key])).values()];
  if (wanted.length === 0) return new EarningCounters();
  const rows = await tx.query<{ scope_id: string; member_id: string; period: string; used: string }>(
    `select c.scope_id, c.member_id, c.period, c.used from rule_replay_counter c
     join unnest($4::uuid[], $5::uuid[], $6::text[]) as k(scope_id, member_id, period)
       on c.scope_id = k.scope_id and c.member_id = k.member_id and c.period = k.period
     where c.tenant_id = $1 and c.replay_id = $2 and c.side = $3`,
    [tx.ctx.tenantId, start.replayId, side, ...columnsOf(wanted)],
  );
  const stood = rows.map(({ scope_id, member_id, period, used }) => ({ scope: scope_id, member: member_id, period, used: BigInt(used) }));
  const counters = new EarningCounters(stood);
  const known = new Set(stood.map(textOf));
  const fresh = wanted.filter((key) => !known.has(textOf(key)) && key.member !== EVERYBODY && key.period !== FIRSTS);
  const isOfPurchases = ({ period }: CounterKey): boolean => period === PURCHASES;
  for (const { scope, member, made } of await purchasesBefore(tx, fresh.filter(isOfPurchases), start)) {
    counters.add({ scope, member, period: PURCHASES }, BigInt(made));
    counters.add({ scope, member, period: FIRSTS }, 1n);
  }
  const limits = fresh.filter((key) => !isOfPurchases(key));
  for (const { used, ...key } of await usedBefore(tx, limits, start)) counters.add(key, BigInt(used));
  return counters;
}

const EARNED_BEFORE = `join program p on p.tenant_id = $1 and p.id = $2
     join ledger_account w on w.tenant_id = $1 and w.owner_id = m.member and w.asset_id = p.asset_id and w.purpose = 'wallet'
     join ledger_transaction t on t.tenant_id = $1 and t.account_id = any(${withPredecessors('array[w.id]')})
       and t.kind = 'earn' and t.details ? 'purchase' and t.number <= $3`;

async function purchasesBefore(
  tx: Tx,
  fresh: readonly CounterKey[],
  { programId, firstNumber }: ReplayStart,
): Promise<{ scope: string; member: string; made: string }[]> {
  if (fresh.length === 0) return [];
  return tx.query(
    `select p.id as scope, m.member, count(*) as made from unnest($4::uuid[]) as m(member) ${EARNED_BEFORE}
     where not exists (select from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.once = 'reversal')
     group by 1, 2`,
    [tx.ctx.tenantId, programId, firstNumber, fresh.map(({ member }) => member)],
  );
}

/** What members had used of the caps of rules and of the program, less what refunds had given back of it by then. */
async function usedBefore(
  tx: Tx,
  limits: readonly CounterKey[],
  { programId, firstNumber }: ReplayStart,
): Promise<(CounterKey & { used: string })[]> {
  if (limits.length === 0) return [];
  return tx.query(
    `select k.scope, k.member, k.period, sum(u.units - ${givenBack('u.units', 'b.due')}) as used
     from unnest($4::uuid[]) as m(member) ${EARNED_BEFORE}
     cross join lateral (
       select r.rule->>'id' as scope, (r.rule->>'units')::numeric as units, substr(c.name, 8) as period
       from jsonb_array_elements(t.details->'rules') as r(rule), jsonb_array_elements_text(r.rule->'counted') as c(name)
       where c.name like 'member %'
       union all
       select p.id::text, (t.details->'counted'->>'units')::numeric, c.period
       from jsonb_array_elements_text(t.details->'counted'->'periods') as c(period)) u
     cross join lateral (select coalesce(sum(r.due), 0) as due from ledger_transaction r
       where r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal' and r.number <= $3) b
     join unnest($5::uuid[], $6::uuid[], $7::text[]) as k(scope, member, period)
       on k.member = m.member and k.scope::text = u.scope and k.period = u.period
     group by 1, 2, 3`,
    [tx.ctx.tenantId, programId, firstNumber, [...new Set(limits.map(({ member }) => member))], ...columnsOf(limits)],
  );
}

/** What of `units` is given back once so much of the earning `t` is refunded: as \`giveBack\` does it. */
const givenBack = (units: string, due: string): string => `case when t.amount = 0 then 0 else div(${units} * ${due}, t.amount) end`;

/**
 * Begins the budgets of rules on both sides as they stood then: as they stand now, less what has been used of them since, and with what
 * refunds have given back since. One statement, so that all of it is seen at one moment.
 */
export async function beginBudgets(
  tx: Tx,
  { replayId, firstNumber }: Omit<ReplayStart, 'programId'>,
  ruleIds: readonly string[],
): Promise<void> {
  if (ruleIds.length === 0) return;
  await tx.query(
    `insert into rule_replay_counter (tenant_id, replay_id, side, scope_id, member_id, period, used)
     select $1, $2, s.side, c.scope_id, c.member_id, c.period, c.used - coalesce(u.used, 0) from earning_counter c
     left join (
       select r.rule->>'id' as scope, substr(n.name, 8) as period,
         sum(case when t.number > $4 then r.units else 0 end - ${givenBack('r.units', 'b.due')} + ${givenBack('r.units', 'b.before')}) as used
       from (select distinct case kind when 'earn' then id else ref_id end as id from ledger_transaction
             where tenant_id = $1 and number > $4 and kind in ('earn', 'reversal')) d
       join ledger_transaction t on t.tenant_id = $1 and t.id = d.id and t.kind = 'earn'
       cross join lateral (select e.rule, (e.rule->>'units')::numeric as units from jsonb_array_elements(t.details->'rules') as e(rule)) r
       cross join lateral jsonb_array_elements_text(r.rule->'counted') as n(name)
       cross join lateral (select coalesce(sum(v.due), 0) as due, coalesce(sum(v.due) filter (where v.number <= $4), 0) as before
         from ledger_transaction v where v.tenant_id = $1 and v.ref_id = t.id and v.kind = 'reversal') b
       where n.name like 'budget %' and r.rule->>'id' = any($3::text[])
       group by 1, 2) u on u.scope = c.scope_id::text and u.period = c.period
     cross join unnest(array['now', 'draft']) as s(side)
     where c.tenant_id = $1 and c.member_id = '${EVERYBODY}' and c.scope_id = any($3::uuid[]) and c.used > coalesce(u.used, 0)`,
    [tx.ctx.tenantId, replayId, ruleIds, firstNumber],
  );
}

/** Keeps what a chunk changed for the next one. */
export async function keepCounters(tx: Tx, replayId: string, side: Side, { changes }: EarningCounters): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(
    `insert into rule_replay_counter as c (tenant_id, replay_id, side, scope_id, member_id, period, used)
     select $1, $2, $3, k.scope_id, k.member_id, k.period, k.change from unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[]) as k(scope_id, member_id, period, change)
     on conflict (tenant_id, replay_id, side, scope_id, member_id, period) do update set used = c.used + excluded.used`,
    [tx.ctx.tenantId, replayId, side, ...columnsOf(changes), changes.map(({ by }) => String(by))],
  );
}

const columnsOf = (keys: readonly CounterKey[]): string[][] => [
  keys.map(({ scope }) => scope),
  keys.map(({ member }) => member),
  keys.map(({ period }) => period),
];

const textOf = ({ scope, member, period }: CounterKey): string => `${scope}/${member}/${period}`;
