import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import type { Category } from '../merchants/category.js';
import type { BegunList, Customer, OfferReason } from './customer.js';
import { BEFOREHAND, COUNTS } from './learning.js';
import { scoreLists } from './scores.sql.js';

type Tx = ReadTx<TenantContext>;

interface ModelRow {
  at: string;
  ids: string[];
  is_known: boolean;
  generation: string | null;
  likeness: string | null;
  own_weight: number | null;
  category_weight: number | null;
}

interface PartsRow {
  merchant_id: string;
  own_part: number;
  alike_part: number;
  taste_part: number;
  trend_part: number;
  popular_purchases: number;
  own_purchases: number | null;
  last_at: Date | null;
  through: string | null;
}

/** Reads for whom a list is, and why merchants are shown to them. */
@Injectable()
export class FindCustomer {
  /** A member as a customer, as of now, or as of when the list was begun. Who was erased is nobody's customer. */
  async find(tx: Tx, memberId: string | undefined, begun?: BegunList): Promise<Customer | undefined> {
    if (memberId === undefined) return undefined;
    const [row] = await tx.query<ModelRow>(
      `select asked.at, people.ids, r.generation, r.likeness, r.own_weight, r.category_weight,
         exists (select from card_transaction t where ${COUNTS} and t.member_id = any(people.ids) and t.recorded_at <= asked.at::timestamptz) as is_known
       from (select coalesce($3::text, to_char(tenant_now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as at) asked,
         (select array_agg(m.id order by m.id) as ids from member m
          where m.tenant_id = $1 and (m.id = $2 or m.merged_into = $2) and m.status <> 'erased') people
         left join lateral (select * from recommender r where r.tenant_id = $1
           order by r.generation = $4::bigint desc nulls last, r.generation desc limit 1) r on true
       where people.ids is not null`,
      [tx.ctx.tenantId, memberId, begun?.at ?? null, begun?.generation ?? null],
    );
    return (
      row && {
        memberIds: row.ids,
        isKnown: row.is_known,
        at: row.at,
        generation: row.generation ?? '0',
        likeness: row.likeness ?? '0',
        ownWeight: row.own_weight ?? BEFOREHAND.own,
        categoryWeight: row.category_weight ?? BEFOREHAND.category,
      }
    );
  }

  /** Why these merchants are shown to a customer; one that nothing speaks for is not in it. */
  async reasons(
    tx: Tx,
    customer: Customer,
    merchants: readonly { id: string; category: Category }[],
  ): Promise<ReadonlyMap<string, OfferReason>> {
    const parameters: unknown[] = [tx.ctx.tenantId];
    const put = (value: unknown): string => `$${parameters.push(value)}`;
    const lists = scoreLists(customer, put);
    const ids = put([...new Set(merchants.map(({ id }) => id))]);
    const rows = await tx.query<PartsRow>(
      `with ${lists.join(', ')} select * from scored where merchant_id = any(${ids}::uuid[])`,
      parameters,
    );
    const categories = new Map(merchants.map(({ id, category }) => [id, category]));
    return new Map(
      rows.flatMap((row) => {
        const reason = reasonOf(row, categories.get(row.merchant_id)!);
        return reason ? [[row.merchant_id, reason] as const] : [];
      }),
    );
  }
}

/** A part of a score is its reason when it is this much of what popularity gives it. */
const TELLING = 0.25;

function reasonOf(row: PartsRow, category: Category): OfferReason | null {
  const nothing = { purchases: null, lastBoughtAt: null, category: null, merchantId: null };
  if (row.own_purchases !== null)
    return { ...nothing, code: 'bought_here_before', purchases: row.own_purchases, lastBoughtAt: row.last_at };
  const telling = Math.max(row.alike_part, row.taste_part) > row.trend_part * TELLING;
  if (telling && row.alike_part >= row.taste_part) return { ...nothing, code: 'customers_like_you', merchantId: row.through };
  if (telling) return { ...nothing, code: 'category_you_like', category };
  return row.popular_purchases > 0 ? { ...nothing, code: 'popular', purchases: row.popular_purchases } : null;
}
