import type { Check } from './check.js';

const totals = (columns: string): string =>
  `ledger_account a left join (select account_id, ${columns} from ledger_entry where tenant_id = $1 group by account_id) e on e.account_id = a.id
   where a.tenant_id = $1`;

/** Accounts against their entries and holds. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  {
    name: 'account_balance',
    promise: 'The balance of an account is the sum of its entries.',
    sql: `select a.id as subject, coalesce(e.total, 0) as expected, a.posted as found
      from ${totals('sum(amount) as total')} and a.posted <> coalesce(e.total, 0)`,
  },
  {
    name: 'account_sequence',
    promise: 'The entries of an account are numbered from 1 to its sequence without a gap.',
    sql: `select a.id as subject, a.seq || ' entries, the last ' || a.seq as expected,
        coalesce(e.entries, 0) || ' entries, the last ' || coalesce(e.last, 0) as found
      from ${totals('count(*) as entries, max(seq) as last')} and (a.seq <> coalesce(e.entries, 0) or a.seq <> coalesce(e.last, 0))`,
  },
  {
    name: 'balance_chain',
    promise: 'The balance after an entry is the balance before it and its amount.',
    sql: `select account_id || ':' || seq as subject, before + amount as expected, balance_after as found
      from (
        select account_id, seq, amount, balance_after, lag(balance_after, 1, 0::bigint) over (partition by account_id order by seq) as before
        from ledger_entry where tenant_id = $1
      ) e where balance_after <> before + amount`,
  },
  {
    name: 'account_held',
    promise: 'What is set aside on an account is the sum of its open holds.',
    sql: `select a.id as subject, coalesce(h.open, 0) as expected, a.held as found
      from ledger_account a left join (
        select account_id, sum(amount - captured - released) as open from ledger_hold where tenant_id = $1 and status = 'held' group by account_id
      ) h on h.account_id = a.id
      where a.tenant_id = $1 and a.held <> coalesce(h.open, 0)`,
  },
  {
    name: 'account_floor',
    promise: 'A guarded account never has less than its floor.',
    sql: `select id as subject, 'at least ' || floor as expected, posted - held as found
      from ledger_account where tenant_id = $1 and posted - held < floor`,
  },
  {
    name: 'asset_total',
    promise: 'All accounts of an asset add up to zero.',
    sql: `select asset_id as subject, 0 as expected, sum(posted) as found
      from ledger_account where tenant_id = $1 group by asset_id having sum(posted) <> 0`,
  },
];
