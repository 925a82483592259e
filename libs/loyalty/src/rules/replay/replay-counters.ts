import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { EarningCounters, FIRSTS, PURCHASES, type CounterKey } from '../counters.policy.js';

/** By the rules in force, or by the draft. */
export type Side = 'now' | 'draft';

type Tx = WriteTx<TenantContext>;

/**
 * The counters of one side of a replay as the chunks before left them. They begin at nothing, as if the rules had begun with the replay; only
 * a member's purchases before it are counted from the ledger.
 */
export async function loadCounters(
  tx: Tx,
  replayId: string,
  side: Side,
  keys: readonly CounterKey[],
  firstNumber: string,
): Promise<EarningCounters> {
  const wanted = [...new Map(keys.map((key) => [`${key.scope}/${key.member}/${key.period}`, key])).values()];
  if (wanted.length === 0) return new EarningCounters();
  const rows = await tx.query<{ scope_id: string; member_id: string; period: string; used: string }>(
    `select c.scope_id, c.member_id, c.period, c.used from rule_replay_counter c
     join unnest($4::uuid[], $5::uuid[], $6::text[]) as k(scope_id, member_id, period)
       on c.scope_id = k.scope_id and c.member_id = k.member_id and c.period = k.period
     where c.tenant_id = $1 and c.replay_id = $2 and c.side = $3`,
    [tx.ctx.tenantId, replayId, side, ...columnsOf(wanted)],
  );
  const counters = new EarningCounters(
    rows.map(({ scope_id, member_id, period, used }) => ({ scope: scope_id, member: member_id, period, used: BigInt(used) })),
  );
  const known = new Set(rows.filter(({ period }) => period === PURCHASES).map((row) => row.member_id));
  const fresh = wanted.filter(({ period, member }) => period === PURCHASES && !known.has(member));
  for (const { scope, member, made } of await purchasesBefore(tx, fresh, firstNumber)) {
    counters.add({ scope, member, period: PURCHASES }, BigInt(made));
    counters.add({ scope, member, period: FIRSTS }, 1n);
  }
  return counters;
}

async function purchasesBefore(
  tx: Tx,
  fresh: readonly CounterKey[],
  firstNumber: string,
): Promise<{ scope: string; member: string; made: string }[]> {
  if (fresh.length === 0) return [];
  return tx.query(
    `select k.scope, k.member, count(*) as made from unnest($2::uuid[], $3::uuid[]) as k(scope, member)
     join program p on p.tenant_id = $1 and p.id = k.scope
     join ledger_account a on a.tenant_id = $1 and a.owner_id = k.member and a.asset_id = p.asset_id
     join ledger_transaction t on t.tenant_id = $1 and t.account_id = a.id and t.kind = 'earn' and t.details ? 'purchase' and t.number <= $4
     where not exists (select from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.once = 'reversal')
     group by k.scope, k.member`,
    [tx.ctx.tenantId, fresh.map(({ scope }) => scope), fresh.map(({ member }) => member), firstNumber],
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
