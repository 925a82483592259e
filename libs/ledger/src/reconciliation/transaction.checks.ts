import { FIRST_NUMBER } from '../write-effects.js';
import type { Check } from './check.js';

/** The legs of a transaction; what somebody made illegible must be found, not stumbled over. */
const legs = (alias: string): string =>
  `jsonb_array_elements(case when jsonb_typeof(${alias}.legs) = 'array' then ${alias}.legs else '[]' end)`;

/** The legs of `t`, two sides each, as text. */
const SIDES = `${legs('t')} as leg,
  lateral (values (leg->>'from', leg->>'from_seq', '-' || (leg->>'amount')), (leg->>'to', leg->>'to_seq', leg->>'amount')) as side(account_id, seq, amount)`;

/** All that the legs of a transaction move; a leg that is illegible moves nothing. */
const moved = (alias: string): string =>
  `(select coalesce(sum(case when leg->>'amount' ~ '^[0-9]{1,18}$' then (leg->>'amount')::numeric end), 0) from ${legs(alias)} as leg)`;

/** Transactions against their entries, their numbers and each other. */
export const TRANSACTION_CHECKS: readonly Check[] = [
  {
    name: 'transaction_balance',
    promise: 'The entries of a transaction add up to zero in each asset.',
    sql: `select e.transaction_id as subject, 0 as expected, sum(e.amount) as found
      from ledger_entry e left join ledger_account a on a.tenant_id = $1 and a.id = e.account_id
      where e.tenant_id = $1 group by e.transaction_id, a.asset_id having sum(e.amount) <> 0`,
  },
  {
    name: 'transaction_entries',
    promise: 'Every leg has its two entries, and every entry is a side of a leg.',
    sql: `select coalesce(l.account_id || ':' || l.seq, e.account_id || ':' || e.seq) as subject,
        coalesce(l.amount || ' by ' || l.transaction_id, 'none') as expected, coalesce(e.amount || ' by ' || e.transaction_id, 'none') as found
      from (select t.id as transaction_id, side.* from ledger_transaction t, ${SIDES} where t.tenant_id = $1) l
      full join (select * from ledger_entry where tenant_id = $1) e on e.account_id::text = l.account_id and e.seq::text = l.seq
      where (e.amount::text = l.amount and e.transaction_id = l.transaction_id) is not true`,
  },
  {
    name: 'transaction_amount',
    promise: 'The amount of a transaction is what it moved on its account.',
    sql: `select t.id as subject, coalesce(m.moved, 0) as expected, t.amount as found
      from ledger_transaction t left join (
        select e.transaction_id, e.account_id, sum(e.amount) as moved from ledger_entry e where e.tenant_id = $1 group by e.transaction_id, e.account_id
      ) m on m.transaction_id = t.id and m.account_id = t.account_id
      where t.tenant_id = $1 and t.kind not in ('hold', 'release') and t.amount <> coalesce(m.moved, 0)`,
  },
  {
    name: 'transaction_numbers',
    promise: 'Transactions are numbered without a gap, up to the counter.',
    sql: `select 'transaction' as subject, before + 1 as expected, number as found
      from (
        select number, lag(number, 1, ${FIRST_NUMBER}::bigint) over (order by number) as before from ledger_transaction where tenant_id = $1
      ) t where number <> before + 1
      union all
      select 'counter', last, value from ledger_counter c,
        lateral (select coalesce(max(number), ${FIRST_NUMBER}) as last from ledger_transaction where tenant_id = $1) t
      where c.tenant_id = $1 and c.name = 'transaction' and value <> last`,
  },
  {
    name: 'reversals',
    promise: 'Reversals together never give back more than their target moved.',
    sql: `select t.id as subject, 'at most ' || ${moved('t')} as expected, r.moved as found
      from (
        select r.ref_id, sum(${moved('r')}) as moved from ledger_transaction r where r.tenant_id = $1 and r.kind = 'reversal' group by r.ref_id
      ) r join ledger_transaction t on t.tenant_id = $1 and t.id = r.ref_id
      where r.moved > ${moved('t')}`,
  },
];
