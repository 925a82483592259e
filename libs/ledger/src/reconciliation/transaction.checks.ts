import { FIRST_NUMBER } from '../write-effects.js';
import type { CheckGroup } from './check.js';

/** The legs of a transaction; what somebody made illegible must be found, not stumbled over. */
const legs = (alias: string): string =>
  `jsonb_array_elements(case when jsonb_typeof(${alias}.legs) = 'array' then ${alias}.legs else '[]' end)`;

/** The legs of `t`, two sides each, as text. */
const SIDES = `(
    select t.id as transaction_id, leg->>side.account as account_id, leg->>side.seq as seq, side.sign || (leg->>'amount') as amount
    from ledger_transaction t, ${legs('t')} as leg, (values ('from', 'from_seq', '-'), ('to', 'to_seq', '')) as side(account, seq, sign)
    where t.tenant_id = $1
  )`;

/** What the legs of a transaction move, each times its weight; a leg that is illegible moves nothing. */
const moved = (alias: string, weight = '1'): string => `(
    select coalesce(sum((${weight}) * case when leg->>'amount' ~ '^[0-9]{1,18}$' then (leg->>'amount')::numeric else 0 end), 0) as moved
    from ${legs(alias)} as leg
  )`;

/** The amount of `t` is that of its only leg: true for nearly all, and quicker to see than `moved`. */
const MOVED_BY_ONE_LEG = `(t.legs->1 is null and t.amount::text = case t.account_id::text
    when t.legs->0->>'to' then t.legs->0->>'amount' when t.legs->0->>'from' then '-' || (t.legs->0->>'amount') end)`;

const fingerprint = (transaction: string, account: string, seq: string, amount: string): string =>
  `hashtextextended(${account}, hashtextextended(${seq}, hashtextextended(${amount}, uuid_hash_extended(${transaction}, 0))))`;

/** Every side of a leg meets its entry, and as many entries as sides: nothing is left of the fingerprints. */
const SIDES_MEET = `select coalesce(bit_xor(fingerprint), 0) = 0 and coalesce(sum(one), 0) = 0 as sound from (
    select ${fingerprint('transaction_id', 'account_id::text', 'seq::text', 'amount::text')} as fingerprint, 1 as one
    from ledger_entry where tenant_id = $1
    union all
    select ${fingerprint('transaction_id', 'account_id', 'seq', 'amount')}, -1 from ${SIDES} l
  ) f`;

/** Legs against entries. */
export const LEG_CHECKS: CheckGroup = {
  sound: SIDES_MEET,
  checks: [
    {
      name: 'transaction_entries',
      promise: 'Every leg has its two entries, and every entry is a side of a leg.',
      sql: `select coalesce(l.account_id || ':' || l.seq, e.account_id || ':' || e.seq) as subject,
        coalesce(l.amount || ' by ' || l.transaction_id, 'none') as expected, coalesce(e.amount || ' by ' || e.transaction_id, 'none') as found
      from ${SIDES} l
      full join (select * from ledger_entry where tenant_id = $1) e on e.account_id::text = l.account_id and e.seq::text = l.seq
      where (e.amount::text = l.amount and e.transaction_id = l.transaction_id) is not true`,
    },
  ],
};

/** Transactions against their entries, their legs, their numbers and each other. */
export const TRANSACTION_CHECKS: CheckGroup = {
  checks: [
    {
      name: 'transaction_balance',
      promise: 'The entries of a transaction add up to zero in each asset.',
      sql: `select e.transaction_id as subject, 0 as expected, sum(e.amount) as found
      from ledger_entry e left join ledger_account a on a.tenant_id = $1 and a.id = e.account_id
      where e.tenant_id = $1 group by e.transaction_id, a.asset_id having sum(e.amount) <> 0`,
    },
    {
      name: 'transaction_amount',
      promise: 'The amount of a transaction is what it moved on its account.',
      sql: `select t.id as subject, m.moved as expected, t.amount as found
      from ledger_transaction t, lateral ${moved('t', "case t.account_id::text when leg->>'to' then 1 when leg->>'from' then -1 else 0 end")} m
      where t.tenant_id = $1 and t.kind not in ('hold', 'release') and not coalesce(${MOVED_BY_ONE_LEG}, false) and t.amount <> m.moved`,
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
  ],
};
