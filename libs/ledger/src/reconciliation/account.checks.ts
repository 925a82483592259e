import type { CheckGroup } from './check.js';

/** Every account, and every account that only entries know of, with `columns` over its entries. */
const totals = (columns: string): string =>
  `(select id, posted, seq from ledger_account where tenant_id = $1) a
   full join (select account_id, ${columns} from ledger_entry where tenant_id = $1 group by account_id) e on e.account_id = a.id`;

const fingerprint = (account: string, seq: string, balance: string): string =>
  `uuid_hash_extended(${account}, hashint8extended(${balance}, hashint8extended(${seq}, 0)))`;

/**
 * Each entry begins with the sequence and balance that the one before it left, the first with nothing; what the last leaves is what the
 * account says of itself. Where all of it meets, nothing is left of the fingerprints.
 */
const ENTRIES_MEET = `select coalesce(bit_xor(fingerprint), 0) = 0 as sound from (
    select ${fingerprint('account_id', 'seq', 'balance_after - amount')} # ${fingerprint('account_id', 'seq + 1', 'balance_after')} as fingerprint
    from ledger_entry where tenant_id = $1
    union all
    select ${fingerprint('id', '1', '0')} # ${fingerprint('id', 'seq + 1', 'posted')} from ledger_account where tenant_id = $1
  ) f`;

/** Accounts against their entries. */
export const ENTRY_CHECKS: CheckGroup = {
  sound: ENTRIES_MEET,
  checks: [
    {
      name: 'account_balance',
      promise: 'The balance of an account is the sum of its entries.',
      sql: `select coalesce(a.id, e.account_id) as subject, coalesce(e.total, 0) as expected, coalesce(a.posted::text, 'no account') as found
      from ${totals('sum(amount) as total')} where a.posted is distinct from coalesce(e.total, 0)`,
    },
    {
      name: 'account_sequence',
      promise: 'The entries of an account are numbered from 1 to its sequence without a gap.',
      sql: `select coalesce(a.id, e.account_id) as subject, a.seq || ' entries, the last ' || a.seq as expected,
        coalesce(e.entries, 0) || ' entries, the last ' || coalesce(e.last, 0) as found
      from ${totals('count(*) as entries, max(seq) as last')} where a.seq <> coalesce(e.entries, 0) or a.seq <> coalesce(e.last, 0)`,
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
  ],
};

/** Accounts against holds, floors and each other. */
export const ACCOUNT_CHECKS: CheckGroup = {
  checks: [
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
      name: 'account_debt',
      promise: 'What an account owes stands on an account of its own, never above 0, and named by the one that owes it.',
      sql: `select d.id as subject, 'at most 0, owed by ' || d.owner_id as expected, d.posted || ', named by ' || coalesce(a.id::text, 'none') as found
      from ledger_account d left join ledger_account a on a.tenant_id = $1 and a.id = d.owner_id and a.debt_id = d.id
      where d.tenant_id = $1 and d.purpose = 'debt' and (a.id is null or d.posted > 0)`,
    },
    {
      name: 'asset_total',
      promise: 'All accounts of an asset add up to zero.',
      sql: `select asset_id as subject, 0 as expected, sum(posted) as found
      from ledger_account where tenant_id = $1 group by asset_id having sum(posted) <> 0`,
    },
  ],
};
