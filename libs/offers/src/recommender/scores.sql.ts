import type { Customer } from './customer.js';
import { COUNTS, faded, HABIT_HALF_LIFE, LIKENESS_WEIGHT, MEMORY_DAYS, settled } from './learning.js';

/**
 * Lists for `with`: what each merchant is worth showing to a customer (`scored`), with the parts of the score. A merchant that nobody bought
 * at is not in it. `$1` is the tenant.
 */
export function scoreLists(customer: Customer, put: (value: unknown) => string): string[] {
  const at = `${put(customer.at)}::timestamptz`;
  const [generation, likeness] = [`${put(customer.generation)}::bigint`, `${put(customer.likeness)}::bigint`];
  const [own, category] = [`${put(customer.ownWeight)}::float8`, `${put(customer.categoryWeight)}::float8`];
  const members = `${put(customer.memberIds)}::uuid[]`;
  return [
    `bought as materialized (
      select t.merchant_id, count(*)::int as purchases, max(t.occurred_at) as last_at, sum(${faded(at, 't.occurred_at', HABIT_HALF_LIFE)}) as weight
      from card_transaction t where ${COUNTS} and t.member_id = any(${members}) and t.recorded_at <= ${at}
        and t.occurred_at > ${at} - interval '${MEMORY_DAYS} days' group by t.merchant_id)`,
    `habit as materialized (
      select b.merchant_id, b.purchases, b.last_at, m.category, b.weight / sum(b.weight) over () as share, coalesce(t.drift, 1) as drift
      from bought b join merchant m on m.tenant_id = $1 and m.id = b.merchant_id
      left join merchant_trend t on t.tenant_id = $1 and t.generation = ${generation} and t.merchant_id = b.merchant_id)`,
    `taste as materialized (select category, sum(share) as share from habit group by category)`,
    `alike as materialized (
      select l.other_id as merchant_id, sum(h.share * l.likeness) as part,
        (array_agg(h.merchant_id order by h.share * l.likeness desc, h.merchant_id))[1] as through
      from habit h join merchant_likeness l on l.tenant_id = $1 and l.generation = ${likeness} and l.merchant_id = h.merchant_id
      group by l.other_id)`,
    `weighed as materialized (
      select merchant_id, max(own_part) as own_part, max(alike_part) as alike_part, max(taste_part) as taste_part, max(trend_part) as trend_part,
        max(purchases)::int as popular_purchases
      from (
        select t.merchant_id, 0::float8 as own_part, 0::float8 as alike_part, ${category} * coalesce(c.share, 0) * t.in_category as taste_part,
          (1 - ${own} - ${category} - ${LIKENESS_WEIGHT}) * t.trend as trend_part, t.purchases
        from merchant_trend t left join taste c on c.category = t.category where t.tenant_id = $1 and t.generation = ${generation}
        union all select merchant_id, ${own} * share * drift, 0, 0, 0, 0 from habit
        union all select merchant_id, 0, ${LIKENESS_WEIGHT} * part, 0, 0, 0 from alike) parts
      group by merchant_id)`,
    `scored as materialized (
      select w.*, ${settled('own_part + alike_part + taste_part + trend_part')} as score, h.purchases as own_purchases, h.last_at, a.through
      from weighed w left join habit h on h.merchant_id = w.merchant_id left join alike a on a.merchant_id = w.merchant_id)`,
  ];
}

/** How the periods of caps are named, as `periodOf` names them. */
const PERIOD = `case o.cap_period when 'day' then 'YYYY-MM-DD' when 'week' then 'IYYY-"W"IW' else 'YYYY-MM' end`;

/**
 * Lists for `with` of what the customer can earn nothing by now: offers of which they used all they may, ever or in the period that is, and
 * merchants whose first purchase was theirs.
 */
export function usedLists({ memberIds, at }: Customer, put: (value: unknown) => string): string[] {
  const members = `${put(memberIds)}::uuid[]`;
  const moment = `${put(at)}::timestamptz`;
  return [
    `used_offer as materialized (
      select c.offer_id from cashback_counter c join offer o on o.tenant_id = $1 and o.id = c.offer_id join tenant z on z.id = $1
      where c.tenant_id = $1 and c.member_id = any(${members}) and c.period in ('ever', to_char(${moment} at time zone z.timezone, ${PERIOD}))
      group by c.offer_id, c.period, o.per_user_limit, o.cap_per_period
      having case c.period when 'ever' then sum(c.rewards) >= o.per_user_limit else sum(c.cashback) >= o.cap_per_period end)`,
    `used_merchant as materialized (
      select t.merchant_id from card_transaction t
      where t.tenant_id = $1 and t.member_id = any(${members}) and t.type = 'purchase' and t.offer_id is not null
      group by t.merchant_id
      having count(*) filter (where t.cashback > 0) > 0 or count(*) filter (where t.cashback = 0 and t.measured > 0) > 1)`,
  ];
}

/** Whether a row `e` of the directory is one that the customer can earn by. */
export const NOT_USED = `e.offer_id not in (select offer_id from used_offer)
  and not (e.kind = 'first_time' and e.merchant_id in (select merchant_id from used_merchant))`;
