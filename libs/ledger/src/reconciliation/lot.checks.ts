import type { CheckGroup } from './check.js';

/** Lots against accounts, their uses and holds. */
export const LOT_CHECKS: CheckGroup = {
  checks: [
    {
      name: 'lot_total',
      promise: 'What remains in the lots of an account is its balance.',
      sql: `select a.id as subject, a.posted as expected, coalesce(l.total, 0) as found
      from ledger_account a left join (
        select account_id, sum(remaining) as total from ledger_lot where tenant_id = $1 group by account_id
      ) l on l.account_id = a.id
      where a.tenant_id = $1 and a.lotted and a.posted <> coalesce(l.total, 0)`,
    },
    {
      name: 'lot_remaining',
      promise: 'What remains in a lot is what it began with and all that left it or came back.',
      sql: `select l.id as subject, l.original + coalesce(u.changes, 0) as expected, l.remaining as found
      from ledger_lot l left join (
        select lot_id, sum(remaining_change) as changes from ledger_lot_use where tenant_id = $1 group by lot_id
      ) u on u.lot_id = l.id
      where l.tenant_id = $1 and l.remaining <> l.original + coalesce(u.changes, 0)`,
    },
    {
      name: 'lot_held',
      promise: 'What is held of a lot is what holds took of it and did not give back.',
      sql: `select l.id as subject, coalesce(u.changes, 0) as expected, l.held as found
      from ledger_lot l left join (
        select lot_id, sum(held_change) as changes from ledger_lot_use where tenant_id = $1 and hold_id is not null group by lot_id
      ) u on u.lot_id = l.id
      where l.tenant_id = $1 and l.held <> coalesce(u.changes, 0)`,
    },
    {
      name: 'lot_date',
      promise: 'A lot whose end was moved ends when it was last moved to.',
      sql: `select l.id as subject, d.last as expected, coalesce(l.expires_at::text, 'never') as found
      from (select lot_id, max(expires_after) as last from ledger_lot_date where tenant_id = $1 group by lot_id) d
      join ledger_lot l on l.tenant_id = $1 and l.id = d.lot_id where l.expires_at is distinct from d.last`,
    },
    {
      name: 'hold_lots',
      promise: 'An open hold covers of lots just what it still holds, an ended one nothing.',
      sql: `select h.id as subject, h.amount - h.captured - h.released as expected, coalesce(u.covered, 0) as found
      from ledger_hold h join ledger_account a on a.tenant_id = $1 and a.id = h.account_id and a.lotted
      left join (
        select hold_id, sum(held_change) as covered from ledger_lot_use where tenant_id = $1 and hold_id is not null group by hold_id
      ) u on u.hold_id = h.id
      where h.tenant_id = $1 and h.amount - h.captured - h.released <> coalesce(u.covered, 0)`,
    },
  ],
};
