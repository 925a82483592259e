import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, ReadTx, WriteTx } from '@tallystick/platform';
import { withPredecessors } from '../activity/activity.sql.js';
import { EarningCounters, FIRSTS, PURCHASES, type CounterKey } from './counters.policy.js';

interface CounterRow {
  scope_id: string;
  member_id: string;
  period: string;
  used: string;
  fresh: boolean;
}

type Stood = CounterKey & { readonly used: bigint };

/**
 * Makes and locks the rows of counters, in the order of their keys, so that two lists cannot wait for each other in a circle, and reads
 * what was used as it stands under the locks: two lists never give the same point of a budget. One statement, whatever their number.
 */
const LOCK: Prepared = {
  name: 'earning_counters_lock',
  text: `insert into earning_counter (tenant_id, scope_id, member_id, period, used, ends_on)
    select $1, k.scope_id, k.member_id, k.period, 0, k.ends_on
    from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[]) as k(scope_id, member_id, period, ends_on)
    order by k.scope_id, k.member_id, k.period
    on conflict (tenant_id, scope_id, member_id, period) do update set used = earning_counter.used
    returning scope_id, member_id, period, used, xmax = 0 as fresh`,
};

/** Locks the counters of a list. What is new of purchases is counted from the ledger, once for each member. */
export async function lockCounters(tx: WriteTx<TenantContext>, keys: readonly CounterKey[]): Promise<EarningCounters> {
  const wanted = distinct(keys);
  if (wanted.length === 0) return new EarningCounters();
  const rows = await tx.query<CounterRow>(LOCK, [tx.ctx.tenantId, ...columnsOf(wanted), wanted.map(({ period }) => endOf(period))]);
  const fresh = rows.filter((row) => row.fresh && row.period === PURCHASES);
  const counters = new EarningCounters(rows.map(stood));
  for (const { key, used } of await countPurchases(tx, fresh)) counters.add(key, used);
  return counters;
}

/** Reads counters as they stand, without locking them: for answers that promise nothing. */
export async function readCounters(tx: ReadTx<TenantContext>, keys: readonly CounterKey[]): Promise<EarningCounters> {
  const wanted = distinct(keys);
  if (wanted.length === 0) return new EarningCounters();
  const rows = await tx.query<CounterRow>(
    `select c.scope_id, c.member_id, c.period, c.used from earning_counter c
     join unnest($2::uuid[], $3::uuid[], $4::text[]) as k(scope_id, member_id, period)
       on c.scope_id = k.scope_id and c.member_id = k.member_id and c.period = k.period
     where c.tenant_id = $1`,
    [tx.ctx.tenantId, ...columnsOf(wanted)],
  );
  const known = new Set(rows.filter((row) => row.period === PURCHASES).map((row) => row.member_id));
  const fresh = wanted.filter(({ period, member }) => period === PURCHASES && !known.has(member));
  const counters = new EarningCounters(rows.map(stood));
  const counted = await countPurchases(
    tx,
    fresh.map(({ scope, member }) => ({ scope_id: scope, member_id: member })),
  );
  for (const { key, used } of counted) counters.add(key, used);
  return counters;
}

const WRITE: Prepared = {
  name: 'earning_counters_write',
  text: `update earning_counter c set used = c.used + k.change
    from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[]) as k(scope_id, member_id, period, change)
    where c.tenant_id = $1 and c.scope_id = k.scope_id and c.member_id = k.member_id and c.period = k.period`,
};

/** Writes what a list used; the rows are locked already. */
export async function writeCounters(tx: WriteTx<TenantContext>, counters: EarningCounters): Promise<void> {
  const { changes } = counters;
  if (changes.length === 0) return;
  await tx.query(WRITE, [tx.ctx.tenantId, ...columnsOf(changes), changes.map(({ by }) => String(by))]);
}

/** A member's purchases before they were counted: those not reversed whole, and whether there was a first one. */
async function countPurchases(
  tx: ReadTx<TenantContext>,
  fresh: readonly Pick<CounterRow, 'scope_id' | 'member_id'>[],
): Promise<{ key: CounterKey; used: bigint }[]> {
  if (fresh.length === 0) return [];
  const rows = await tx.query<{ scope: string; member: string; made: string; standing: string }>(
    `select k.scope, k.member, count(*) as made, count(*) filter (where not exists (
       select from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.once = 'reversal')) as standing
     from unnest($2::uuid[], $3::uuid[]) as k(scope, member)
     join program p on p.tenant_id = $1 and p.id = k.scope
     join ledger_account w on w.tenant_id = $1 and w.owner_id = k.member and w.asset_id = p.asset_id and w.purpose = 'wallet'
     join ledger_account a on a.tenant_id = $1 and a.id = any(${withPredecessors('array[w.id]')})
     join ledger_transaction t on t.tenant_id = $1 and t.account_id = a.id and t.kind = 'earn' and t.details ? 'purchase'
     group by k.scope, k.member`,
    [tx.ctx.tenantId, fresh.map((row) => row.scope_id), fresh.map((row) => row.member_id)],
  );
  return rows.flatMap(({ scope, member, made, standing }) => [
    { key: { scope, member, period: PURCHASES }, used: BigInt(standing) },
    // Two that were both taken back count as two firsts: the first purchase comes back once only (C3.11).
    { key: { scope, member, period: FIRSTS }, used: standing === '0' && made !== '1' ? 2n : 1n },
  ]);
}

const stood = ({ scope_id, member_id, period, used }: CounterRow): Stood => ({
  scope: scope_id,
  member: member_id,
  period,
  used: BigInt(used),
});

const columnsOf = (keys: readonly CounterKey[]): string[][] => [
  keys.map(({ scope }) => scope),
  keys.map(({ member }) => member),
  keys.map(({ period }) => period),
];

function distinct(keys: readonly CounterKey[]): CounterKey[] {
  return [...new Map(keys.map((key) => [`${key.scope}/${key.member}/${key.period}`, key])).values()];
}

/** The last day of a period, by which old rows are removed; none for what counts for ever. */
const endOf = (period: string): string | null =>
  /^\d{4}-\d\d-\d\d$/.test(period) ? period : /^\d{4}-\d\d$/.test(period) ? `${period}-28` : null;
