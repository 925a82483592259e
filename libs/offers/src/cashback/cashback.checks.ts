import { defineChecks } from '@tallystick/ledger';

const PARTS = ['cashback', 'charge', 'institution_part', 'platform_part', 'funded_merchant', 'funded_institution', 'funded_platform'];
const summed = PARTS.map((name) => `coalesce(sum(${name}), 0) as ${name}`).join(', ');
const listed = (alias: string): string => PARTS.map((name) => `${alias}.${name}`).join(', ');

/** Card transactions against their movements, movements against the ledger, and what offers and customers have used. */
export const CASHBACK_CHECKS = defineChecks({
  checks: [
    {
      name: 'cashback_movements',
      promise: 'What stands of a settled purchase is the sum of its movements; of one that is only authorized nothing has moved.',
      sql: `select coalesce(t.id, m.purchase_id) as subject,
        row(${PARTS.map((name) => `case when t.cleared > 0 then t.${name} else 0 end`).join(', ')})::text as expected, row(${listed('m')})::text as found
      from (select purchase_id, ${summed} from cashback_movement where tenant_id = $1 group by purchase_id) m
      full join (select * from card_transaction where tenant_id = $1 and type = 'purchase' and (charge <> 0 or cashback <> 0)) t on t.id = m.purchase_id
      where row(${PARTS.map((name) => `case when t.cleared > 0 then coalesce(t.${name}, 0) else 0 end`).join(', ')})
        is distinct from row(${PARTS.map((name) => `coalesce(m.${name}, 0)`).join(', ')})`,
    },
    {
      name: 'cashback_ledger',
      promise: 'Each movement is a transaction of the ledger that gave the customer its cashback, and each such transaction a movement.',
      sql: `select coalesce(m.id, t.id) as subject, m.number || ' ' || m.cashback as expected, t.number || ' ' || t.amount as found
      from (select * from cashback_movement where tenant_id = $1) m
      full join (select * from ledger_transaction where tenant_id = $1 and kind in ('cashback', 'cashback_adjustment')) t on t.id = m.id
      where (m.number = t.number and m.cashback = t.amount) is not true`,
    },
    {
      name: 'cashback_merchants',
      promise: 'What a merchant owes in the ledger for cashback is what movements say that it funds.',
      sql: `select a.id as subject, -m.funded as expected, l.posted as found
      from (select merchant_id, currency, sum(funded_merchant) as funded from cashback_movement where tenant_id = $1 group by 1, 2) m
      join ledger_asset s on s.tenant_id = $1 and s.code = 'currency:' || m.currency
      join ledger_account a on a.tenant_id = $1 and a.owner_id = m.merchant_id and a.asset_id = s.id and a.owner_type = 'merchant',
        lateral (select coalesce(sum(e.amount), 0) as posted from ledger_entry e
          join ledger_transaction t on t.tenant_id = $1 and t.id = e.transaction_id and t.kind in ('cashback', 'cashback_adjustment')
          where e.tenant_id = $1 and e.account_id = a.id) l
      where l.posted <> -m.funded`,
    },
    {
      name: 'cashback_budgets',
      promise: 'What an offer has spent is the charge of what stands by it.',
      sql: `select o.id as subject, coalesce(t.charge, 0) as expected, o.spent as found from offer o
      left join (select offer_id, sum(charge) as charge from card_transaction where tenant_id = $1 and type = 'purchase' group by offer_id) t on t.offer_id = o.id
      where o.tenant_id = $1 and o.spent <> coalesce(t.charge, 0)`,
    },
    {
      name: 'cashback_counters',
      promise: 'What a customer has used of an offer in a period is what stands of the purchases that count in it.',
      sql: `select coalesce(c.offer_id, t.offer_id) || ':' || coalesce(c.period, t.period) as subject, coalesce(t.cashback, 0) as expected, coalesce(c.cashback, 0) as found
      from (select * from cashback_counter where tenant_id = $1 and period <> 'ever') c
      full join (select offer_id, member_id, period, sum(cashback) as cashback from card_transaction
        where tenant_id = $1 and type = 'purchase' and period is not null group by 1, 2, 3) t
        on t.offer_id = c.offer_id and t.member_id = c.member_id and t.period = c.period
      where coalesce(c.cashback, 0) <> coalesce(t.cashback, 0)`,
    },
    {
      name: 'cashback_members',
      promise: 'Who was merged has no card transaction, open movement, counter or activation any more, and no cashback on the way.',
      sql: `select m.id as subject, m.merged_into::text as expected, t.found from member m, lateral (
        select 'card_transaction' as found where exists (select from card_transaction x where x.tenant_id = $1 and x.member_id = m.id)
        union all select 'cashback_counter' where exists (select from cashback_counter x where x.tenant_id = $1 and x.member_id = m.id)
        union all select 'offer_activation' where exists (select from offer_activation x where x.tenant_id = $1 and x.member_id = m.id)) t
      where m.tenant_id = $1 and m.merged_into is not null
      union all select v.id, t.member_id::text, v.member_id::text from cashback_movement v
      join card_transaction t on t.tenant_id = $1 and t.id = v.purchase_id where v.tenant_id = $1 and v.window_id is null and v.member_id <> t.member_id
      union all select a.id, a.successor_id::text, a.posted::text from ledger_account a
      where a.tenant_id = $1 and a.owner_type = 'member_cashback' and a.successor_id is not null and a.posted <> 0`,
    },
  ],
});
