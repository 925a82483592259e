import type { TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';

/** What may never return a row, whatever was posted (LED-01); each for one tenant, `$1`. */
const NEVER = {
  'a transaction whose entries do not sum to 0 per asset': `
    select e.transaction_id, a.asset_id from ledger_entry e join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.account_id
    where e.tenant_id = $1 group by 1, 2 having sum(e.amount) <> 0`,
  'an asset whose accounts do not sum to 0': `select asset_id from ledger_account where tenant_id = $1 group by 1 having sum(posted) <> 0`,
  'an account that differs from its entries': `
    select a.id from ledger_account a left join ledger_entry e on e.tenant_id = a.tenant_id and e.account_id = a.id
    where a.tenant_id = $1 group by a.id, a.posted, a.seq
    having a.posted <> coalesce(sum(e.amount), 0) or a.seq <> count(e.seq) or a.seq <> coalesce(max(e.seq), 0)`,
  'an entry that does not follow from the one before': `
    select * from (select account_id, seq, amount, balance_after,
        lag(balance_after, 1, 0::bigint) over w as before, lag(recorded_at) over w as since, recorded_at
      from ledger_entry where tenant_id = $1 window w as (partition by account_id order by seq)) e
    where balance_after <> before + amount or since > recorded_at`,
  'an account that differs from its lots': `
    select a.id from ledger_account a left join ledger_lot l on l.tenant_id = a.tenant_id and l.account_id = a.id
    where a.tenant_id = $1 group by a.id, a.lotted, a.posted, a.held
    having case when a.lotted then a.posted <> coalesce(sum(l.remaining), 0) or a.held <> coalesce(sum(l.held), 0) else count(l.id) > 0 end`,
  'a lot that differs from its uses': `
    select l.id from ledger_lot l left join ledger_lot_use u on u.tenant_id = l.tenant_id and u.lot_id = l.id
    where l.tenant_id = $1 group by l.id, l.original, l.remaining, l.held
    having l.remaining <> l.original + coalesce(sum(u.remaining_change), 0) or l.held <> coalesce(sum(u.held_change), 0)`,
  'an account that differs from its open holds': `
    select a.id from ledger_account a left join ledger_hold h on h.tenant_id = a.tenant_id and h.account_id = a.id
    where a.tenant_id = $1 group by a.id, a.held having a.held <> coalesce(sum(h.amount - h.captured - h.released), 0)`,
  'a hold that differs from what it covers': `
    select h.id from ledger_hold h join ledger_account a on a.tenant_id = h.tenant_id and a.id = h.account_id and a.lotted
    left join ledger_lot_use u on u.tenant_id = h.tenant_id and u.hold_id = h.id
    where h.tenant_id = $1 group by h.id, h.amount, h.captured, h.released
    having h.amount - h.captured - h.released <> coalesce(sum(u.held_change), 0)`,
  'a transaction that shows another amount than its entries': `
    select t.id from ledger_transaction t left join ledger_entry e on e.tenant_id = t.tenant_id and e.transaction_id = t.id
    where t.tenant_id = $1 group by t.id, t.kind, t.account_id, t.amount, t.legs
    having (t.kind not in ('hold', 'release') and t.amount <> coalesce(sum(e.amount) filter (where e.account_id = t.account_id), 0))
      or count(e.seq) <> 2 * jsonb_array_length(t.legs)`,
  'a leg without its entries': `
    select t.id from ledger_transaction t, jsonb_to_recordset(t.legs) as l("from" uuid, "to" uuid, amount bigint, from_seq bigint, to_seq bigint)
    where t.tenant_id = $1 and (
      not exists (select from ledger_entry e where e.tenant_id = $1 and e.account_id = l."from" and e.seq = l.from_seq and e.amount = -l.amount and e.transaction_id = t.id)
      or not exists (select from ledger_entry e where e.tenant_id = $1 and e.account_id = l."to" and e.seq = l.to_seq and e.amount = l.amount and e.transaction_id = t.id))`,
  'a target reversed beyond itself (C3.7)': `
    select t.id from ledger_transaction t join ledger_transaction r on r.tenant_id = t.tenant_id and r.ref_id = t.id and r.kind = 'reversal'
    where t.tenant_id = $1 group by t.id, t.legs
    having sum(r.due) > coalesce((t.legs -> 0 ->> 'amount')::bigint, 0) or count(*) filter (where r.once is not null) > 1`,
  'a gap in the numbers': `
    select from ledger_transaction where tenant_id = $1 having count(*) > 0 and max(number) - min(number) + 1 <> count(*)`,
};

/** The invariants that do not hold for a tenant: none, unless something is broken. */
export const brokenInvariants = (uow: UnitOfWork, ctx: TenantContext): Promise<string[]> =>
  uow.read(ctx, async (tx) => {
    const broken: string[] = [];
    for (const [name, sql] of Object.entries(NEVER)) if ((await tx.query(sql, [ctx.tenantId])).length > 0) broken.push(name);
    return broken;
  });
