import { newId } from '@tallystick/kernel';
import type pg from 'pg';

/**
 * One transfer by hand-written SQL into the ledger's own tables: one statement and one commit, the same rows and indexes, with no look at
 * references or floors. The number comes from the caller, where the ledger keeps a counter.
 */
const SQL = `
with moved as (
  update ledger_account set posted = posted + case when id = $2 then -$4::bigint else $4::bigint end, seq = seq + 1
  where tenant_id = $1 and id in ($2, $3) returning id, posted, seq
), made as (
  insert into ledger_transaction (tenant_id, id, number, kind, reference, hash, account_id, amount, balance_after, held_after, legs, effective_at, recorded_at)
  select $1, $5, $6, 'transfer', $7, $8, $2, -$4::bigint, giver.posted, 0,
    jsonb_build_array(jsonb_build_object('from', $2, 'to', $3, 'amount', $4::text, 'from_seq', giver.seq::text, 'to_seq', taker.seq::text)), now(), now()
  from moved giver, moved taker where giver.id = $2 and taker.id = $3
)
insert into ledger_entry (tenant_id, account_id, seq, transaction_id, amount, balance_after, recorded_at)
select $1, id, seq, $5, case when id = $2 then -$4::bigint else $4::bigint end, posted, now() from moved`;

const TYPED = SQL.replaceAll(
  /\$(\d)\b(?!::)/g,
  (_, n: string) => `$${n}::${['uuid', 'uuid', 'uuid', 'bigint', 'uuid', 'bigint', 'text', 'text'][Number(n) - 1]}`,
);

/** Answers how to transfer 1 unit from one account of a tenant to another. */
export function oneStatementTransfers(pool: pg.Pool, tenantId: string): (from: string, to: string) => Promise<unknown> {
  // Beyond all that the ledger counts itself.
  let number = 1_000_000_000_000;
  return (from, to) => {
    const id = newId();
    const values = [tenantId, from, to, 1, id, ++number, `transfer:${id.slice(-12)}${id.slice(0, 8)}`, 'a'.repeat(64)];
    return pool.query({ name: 'one_statement', text: TYPED, values });
  };
}
