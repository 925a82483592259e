import type pg from 'pg';
import type { Bank } from './bank.js';

/** Members that share the history. */
const MEMBERS = { least: 5_000, most: 100_000, entriesEach: 100 };
/** Transactions written by one statement of the fill, about. */
const CHUNK = 100_000;
const FILLED = ['ledger_transaction', 'ledger_lot', 'ledger_lot_use'];

/**
 * Gives a new bank a past of `entries` entries by set-based SQL: each member earns 100, redeems 100, and so on, and earned last. The rows are
 * those that postings would have left: balances, sequences, numbers and lots agree. Answers the accounts of the members.
 */
export async function fillHistory(pool: pg.Pool, bank: Bank, entries: number, tell: (step: string) => void): Promise<string[]> {
  const members = Math.min(MEMBERS.most, Math.max(MEMBERS.least, entries / MEMBERS.entriesEach));
  const turns = Math.ceil(entries / 2 / members);
  const size = entries.toLocaleString('en-US');
  tell(`${size} entries: enrolling ${members.toLocaleString('en-US')} members`);
  const { accounts } = await bank.enroll(members);
  const client = await pool.connect();
  try {
    await client.query(`set synchronous_commit = off; set maintenance_work_mem = '512MB'; ${ID_OF}`);
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(SECONDARY_INDEXES, [FILLED]);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    await client.query('create temp table who as select n, account from unnest($1::uuid[]) with ordinality as w(account, n)', [accounts]);
    const scene = [bank.ctx.tenantId, bank.issuance, bank.redeemed, turns, members];
    const layers = Math.max(1, Math.floor(CHUNK / members));
    for (let first = 1; first <= turns; first += layers) {
      tell(`${size} entries: ${Math.round((100 * (first - 1)) / turns)} % filled`);
      await client.query(FILL, [...scene, first, Math.min(turns, first + layers - 1)]);
    }
    tell(`${size} entries: balances and indexes`);
    await client.query(SETTLE, scene);
    for (const { definition } of indexes) await client.query(definition);
  } finally {
    client.release(true);
  }
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
  return accounts;
}

const SECONDARY_INDEXES = `
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
where i.indrelid = any($1::text[]::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;

/** Ids in the order of time, as the platform makes them, but such that a redemption knows the id of the lot it used. */
const ID_OF = `
create function pg_temp.id_of(kind text, number bigint) returns uuid language sql immutable as $$
  select (substr(time, 1, 8) || '-' || substr(time, 9) || '-7' || substr(hash, 1, 3) || '-8' || substr(hash, 4, 3) || '-' || substr(hash, 7, 12))::uuid
  from (select lpad(to_hex(1700000000000 + number / 10), 12, '0') as time, md5(kind || number) as hash) parts
$$`;

/**
 * Layers $6 to $7 of $4, in each of which all $5 members act once: they earn in odd layers and in the last, and redeem in the others what
 * they earned in the layer before.
 */
const FILL = `
with act as materialized (
  select w.account, k as seq, earns, pg_temp.id_of('transaction', at.number) as id,
    pg_temp.id_of('lot', case when earns then at.number else at.number - $5::bigint end) as lot, 10000000 + at.number as number,
    case when not earns then 0 when k % 2 = 0 then 200 else 100 end as balance,
    (case when earns then k / 2 else (k - 1) / 2 end) * $5::bigint + w.n as house_seq, k + 1 < $4::bigint or not earns as spent,
    now() - interval '300 days' + at.number * (interval '290 days' / ($4::bigint * $5::bigint)) as moment
  from generate_series($6::bigint, $7::bigint) as k, lateral (select k % 2 = 1 or k = $4::bigint as earns) as kind, who w,
    lateral (select (k - 1) * $5::bigint + w.n as number) as at
  order by number
), made as (
  insert into ledger_transaction (tenant_id, id, number, kind, reference, hash, account_id, amount, balance_after, held_after, legs, effective_at, recorded_at, details)
  select $1::uuid, id, number, case when earns then 'earn' else 'redeem' end, case when earns then 'earn:' else 'redeem:' end || md5(number::text), repeat('a', 64),
    account, case when earns then 100 else -100 end, balance, 0,
    jsonb_build_array(jsonb_build_object('from', case when earns then $2::uuid else account end, 'to', case when earns then account else $3::uuid end,
      'amount', '100', 'from_seq', (case when earns then house_seq else seq end)::text, 'to_seq', (case when earns then seq else house_seq end)::text)),
    moment, moment, '{"source": {"channel": "api", "requestId": "fill"}}'
  from act
), entered as (
  insert into ledger_entry (tenant_id, account_id, seq, transaction_id, amount, balance_after, recorded_at)
  select $1::uuid, side.*, moment from act, lateral (values
    (account, seq, id, case when earns then 100 else -100 end, balance),
    (case when earns then $2::uuid else $3::uuid end, house_seq, id, case when earns then -100 else 100 end, house_seq * case when earns then -100 else 100 end)
  ) as side
), opened as (
  insert into ledger_lot (tenant_id, id, account_id, transaction_id, original, remaining, earned_at, available_at, expires_at, recorded_at)
  select $1::uuid, lot, account, id, 100, case when spent then 0 else 100 end, moment, moment, moment + interval '1 year', moment from act where earns
)
insert into ledger_lot_use (tenant_id, transaction_id, lot_id, account_id, position, remaining_change, held_change, recorded_at)
select $1::uuid, id, lot, account, 0, -100, 0, moment from act where not earns`;

/** The balances and the counter after all layers. */
const SETTLE = `
with total as (select $5::bigint * ($4::bigint / 2 + 1) as earned, $5::bigint * ($4::bigint - $4::bigint / 2 - 1) as redeemed),
counted as (
  insert into ledger_counter (tenant_id, name, value) select $1::uuid, 'transaction', 10000000 + earned + redeemed from total
)
update ledger_account a set posted = s.posted, seq = s.seq
from (
  select account as id, 100 * (2 - $4::bigint % 2) as posted, $4::bigint as seq from who
  union all select $2::uuid, -100 * earned, earned from total
  union all select $3::uuid, 100 * redeemed, redeemed from total
) s
where a.tenant_id = $1::uuid and a.id = s.id`;
