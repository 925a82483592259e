import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { keepDirectory } from '../directory/keep-directory.js';
import {
  AT_MOST,
  BEFOREHAND,
  COMMON_CUSTOMERS,
  COUNTS,
  faded,
  HABIT_HALF_LIFE,
  LIKENESS_MERCHANTS,
  LIKENESS_PURCHASES,
  LIKES_KEPT,
  MEMORY_DAYS,
  POPULARITY_DAYS,
  settled,
  TREND_HALF_LIFE,
  WEIGHED_PURCHASES,
} from './learning.js';

type Tx = WriteTx<TenantContext>;

/** How long after the next generation lists that were begun can be read on as they began. */
const KEPT = `interval '15 minutes'`;
/** Likeness and weights change slowly, and cost more than the trend. */
const LIKENESS_EVERY = `interval '15 minutes'`;
/** Purchases of the last minute may not all be there to see yet: they ask for another turn. */
const UNSEEN = `interval '1 minute'`;
/** What grows old without new purchases is computed anew after a day. */
const REFRESH = `interval '1 day'`;
/** Of the time that goes by, computing takes no more than one part in so many. */
const REST = 20;

interface Last {
  readonly generation: string;
  readonly likeness: string;
  readonly due: boolean;
  readonly alike_due: boolean;
}

/**
 * Learns from card transactions how popular merchants are, where their customers buy besides, and how much habit and taste say of what a
 * customer buys next. Each run makes a new generation in one transaction, the same from the same transactions; readers stay with the
 * generation that they began with.
 */
@Injectable()
export class LearnMerchants {
  /** Answers whether there was anything to learn: new purchases, or a day has gone by. */
  async execute(tx: Tx): Promise<boolean> {
    const { tenantId } = tx.ctx;
    const begun = performance.now();
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('recommender ' || $1::text, 0))`, [tenantId]);
    const last = await this.last(tx);
    if (last ? !last.due : !(await this.isAnyPurchase(tx))) return false;
    const generation = BigInt(last?.generation ?? 0) + 1n;
    const likeness = !last || last.alike_due ? generation : BigInt(last.likeness);
    await tx.query(TREND, [tenantId, generation]);
    if (likeness === generation) await tx.query(LIKENESS, [tenantId, generation]);
    const weights = likeness === generation ? 'select own, category, tenant_now() as liked_at from learnt' : KEPT_WEIGHTS;
    await tx.query(
      `with ${likeness === generation ? LEARNT_WEIGHTS : ''} weights as (${weights})
       insert into recommender (tenant_id, generation, likeness, computed_at, heard_at, liked_at, took_ms, own_weight, category_weight)
       select $1, $2::bigint, $3::bigint, tenant_now(), tenant_now() - ${UNSEEN}, w.liked_at, 0, w.own, w.category from weights w`,
      [tenantId, generation, likeness],
    );
    await tx.query('update recommender set took_ms = $3 where tenant_id = $1 and generation = $2', [
      tenantId,
      generation,
      Math.ceil(performance.now() - begun),
    ]);
    await this.forgetOld(tx);
    return true;
  }

  /** Writes the counted popularity to merchants where it differs, and to the directory. Answers to how many; call again while that is `limit`. */
  async keepPopularity(tx: Tx, limit = 500): Promise<number> {
    const rows = await tx.query<{ id: string }>(
      `with differing as materialized (
         select m.id, coalesce(t.purchases, 0) as purchases from merchant m
         left join merchant_trend t on t.tenant_id = $1 and t.merchant_id = m.id
           and t.generation = (select max(r.generation) from recommender r where r.tenant_id = $1)
         where m.tenant_id = $1 and m.popularity <> coalesce(t.purchases, 0)
           and exists (select from recommender r where r.tenant_id = $1)
         order by m.id limit $2 for no key update of m)
       update merchant m set popularity = d.purchases from differing d where m.tenant_id = $1 and m.id = d.id returning m.id`,
      [tx.ctx.tenantId, limit],
    );
    if (rows.length > 0) await keepDirectory(tx, rows.map(({ id }) => id)); // prettier-ignore
    return rows.length;
  }

  private async last(tx: Tx): Promise<Last | undefined> {
    const [row] = await tx.query<Last>(
      `select r.generation, r.likeness, r.liked_at <= tenant_now() - ${LIKENESS_EVERY} as alike_due,
         r.computed_at + r.took_ms * ${REST} * interval '1 millisecond' <= tenant_now() and (r.computed_at <= tenant_now() - ${REFRESH}
           or exists (select from card_transaction t where t.tenant_id = $1 and t.type = 'purchase' and t.merchant_id is not null
             and t.recorded_at > r.heard_at)) as due
       from recommender r where r.tenant_id = $1 order by r.generation desc limit 1`,
      [tx.ctx.tenantId],
    );
    return row;
  }

  private async isAnyPurchase(tx: Tx): Promise<boolean> {
    const [row] = await tx.query(
      `select from card_transaction t where t.tenant_id = $1 and t.type = 'purchase' and t.merchant_id is not null limit 1`,
      [tx.ctx.tenantId],
    );
    return row !== undefined;
  }

  private async forgetOld(tx: Tx): Promise<void> {
    const { tenantId } = tx.ctx;
    const old = await tx.query<{ generation: string; likeness: string }>(
      `delete from recommender where tenant_id = $1 and generation <
         (select max(r.generation) from recommender r where r.tenant_id = $1 and r.computed_at < tenant_now() - ${KEPT})
       returning generation, likeness`,
      [tenantId],
    );
    if (old.length === 0) return;
    await tx.query('delete from merchant_trend where tenant_id = $1 and generation = any($2::bigint[])', [
      tenantId,
      old.map((row) => row.generation),
    ]);
    await tx.query(
      `delete from merchant_likeness where tenant_id = $1 and generation = any($2::bigint[])
         and generation not in (select likeness from recommender where tenant_id = $1)`,
      [tenantId, [...new Set(old.map(({ likeness }) => likeness))]],
    );
  }
}

/** One purchase more than there were: a merchant with few is not said to wane. */
const DRIFT = `least(1, (b.fresh + 1) / (b.usual * (select sum(fresh) / sum(usual) from bought) + 1))`;

const TREND = `
with bought as materialized (
  select t.merchant_id, sum(${faded('tenant_now()', 't.occurred_at', TREND_HALF_LIFE)}) as fresh,
    sum(${faded('tenant_now()', 't.occurred_at', MEMORY_DAYS)}) as usual,
    count(*) filter (where t.occurred_at > tenant_now() - interval '${POPULARITY_DAYS} days') as purchases
  from card_transaction t
  where ${COUNTS} and t.occurred_at > (select tenant_now()) - interval '${MEMORY_DAYS} days' and t.occurred_at <= (select tenant_now())
  group by t.merchant_id)
insert into merchant_trend (tenant_id, generation, merchant_id, category, purchases, trend, drift, in_category)
select $1, $2::bigint, m.id, m.category, b.purchases, ${settled('b.fresh / sum(b.fresh) over ()')}, ${settled(DRIFT)},
  ${settled('b.fresh / sum(b.fresh) over (partition by m.category)')}
from bought b join merchant m on m.tenant_id = $1 and m.id = b.merchant_id`;

/** Cosine of merchants over their customers, less where few have both, and where the other wanes; merged members are one person. */
const LIKENESS = `
with recent as materialized (
  select t.merchant_id, t.member_id, t.occurred_at from card_transaction t
  where ${COUNTS} and t.occurred_at > (select tenant_now()) - interval '${MEMORY_DAYS} days' and t.occurred_at <= (select tenant_now())
  order by t.occurred_at desc limit ${LIKENESS_PURCHASES}),
bought as materialized (
  select coalesce(m.merged_into, m.id) as person, r.merchant_id, max(${faded('tenant_now()', 'r.occurred_at', MEMORY_DAYS)}) as weight
  from recent r join member m on m.tenant_id = $1 and m.id = r.member_id where m.status <> 'erased' group by 1, 2),
counted as materialized (
  select person, merchant_id, weight from (
    select b.*, row_number() over (partition by person order by weight desc, merchant_id) as place from bought b) placed
  where place <= ${LIKENESS_MERCHANTS}),
sized as materialized (select merchant_id, sum(weight * weight) as size from counted group by merchant_id),
common as materialized (
  select a.merchant_id, b.merchant_id as other_id, sum(a.weight * b.weight) as both_weight, count(*) as customers
  from counted a join counted b on b.person = a.person and b.merchant_id <> a.merchant_id
  group by 1, 2 having count(*) >= ${COMMON_CUSTOMERS}),
alike as (
  select c.merchant_id, c.other_id, c.both_weight / sqrt(s.size * o.size) * c.customers / (c.customers + 5) * t.drift as likeness
  from common c join sized s on s.merchant_id = c.merchant_id join sized o on o.merchant_id = c.other_id
  join merchant_trend t on t.tenant_id = $1 and t.generation = $2::bigint and t.merchant_id = c.other_id),
kept as (
  select * from (select a.*, row_number() over (partition by merchant_id order by ${settled('likeness')} desc, other_id) as place from alike a) placed
  where place <= ${LIKES_KEPT} and likeness > 0)
insert into merchant_likeness (tenant_id, generation, merchant_id, other_id, likeness)
select $1, $2::bigint, merchant_id, other_id, part from (
  select merchant_id, other_id, ${settled('likeness / sum(likeness) over (partition by merchant_id)')} as part from kept) parts
where part > 0`;

/**
 * Of the latest purchases: how often they were where the customer had been before, more than chance would have it. Were each purchase a
 * habit with chance w, else one of everybody's, then what the customer's own shares say of the merchant is on average
 * w x sum(share^2) + (1 - w) x sum(share x trend): w is read off that, for merchants and for categories.
 */
const LEARNT_WEIGHTS = `
sample as materialized (
  select t.member_id, t.merchant_id, t.occurred_at, t.id from card_transaction t
  where ${COUNTS} and t.occurred_at > (select tenant_now()) - interval '${POPULARITY_DAYS} days' and t.occurred_at <= (select tenant_now())
  order by t.occurred_at desc, t.id desc limit ${WEIGHED_PURCHASES}),
before as materialized (
  select s.id, s.merchant_id as bought, b.merchant_id, b.weight / sum(b.weight) over (partition by s.id) as share
  from sample s, lateral (
    select t.merchant_id, sum(${faded('s.occurred_at', 't.occurred_at', HABIT_HALF_LIFE)}) as weight from card_transaction t
    where ${COUNTS} and t.member_id = s.member_id and t.occurred_at < s.occurred_at
      and t.occurred_at > s.occurred_at - interval '${MEMORY_DAYS} days' group by t.merchant_id) b),
habit as (
  select sum(b.share * ((b.merchant_id = b.bought)::int - coalesce(t.trend, 0))) as seen, sum(b.share * (b.share - coalesce(t.trend, 0))) as full_habit
  from before b left join merchant_trend t on t.tenant_id = $1 and t.generation = $2::bigint and t.merchant_id = b.merchant_id),
kinds as (select category, sum(trend) as trend from merchant_trend where tenant_id = $1 and generation = $2::bigint group by category),
tastes as (
  select b.id, m.category, bool_or(m.category = x.category) as hit, sum(b.share) as share
  from before b join merchant m on m.tenant_id = $1 and m.id = b.merchant_id join merchant x on x.tenant_id = $1 and x.id = b.bought group by 1, 2),
taste as (
  select sum(s.share * (s.hit::int - coalesce(k.trend, 0))) as seen, sum(s.share * (s.share - coalesce(k.trend, 0))) as full_habit
  from tastes s left join kinds k on k.category = s.category),
own as (
  select least(${AT_MOST.own}, greatest(0, ${settled(weighted('habit', BEFOREHAND.own))})) as weight from habit),
learnt as (
  select o.weight as own,
    least(${AT_MOST.category}, greatest(0, ${settled(`${weighted('taste', BEFOREHAND.own + BEFOREHAND.category)} - o.weight`)})) as category
  from own o, taste), `;

/** The chance that is read off, drawn to what it is thought to be beforehand while there is little to go by. */
function weighted(from: string, beforehand: number): string {
  const { evidence } = BEFOREHAND;
  return `(coalesce(${from}.seen, 0) + ${evidence * beforehand}) / (greatest(coalesce(${from}.full_habit, 0), 0) + ${evidence})`;
}

const KEPT_WEIGHTS = `select own_weight as own, category_weight as category, liked_at from recommender r
  where r.tenant_id = $1 order by r.generation desc limit 1`;
