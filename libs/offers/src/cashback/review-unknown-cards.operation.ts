import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { mayDo, type MemberStatus } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { MatchMerchants, type CardMerchant, type MerchantMatch } from '../merchants/match-merchants.query.js';
import { KeepCashbook } from './keep-cashbook.operation.js';
import { lockCashback } from './lock-cashback.js';
import { foundBy } from './review-waiting-cards.operation.js';

/** How long a purchase waits for its merchant to become known. */
export const UNKNOWN_DAYS = 90;
/** A change of merchants is seen this long after it was made: those that were begun before it are there by then. */
const SETTLED = `interval '1 minute'`;

interface Review {
  readonly seen_at: Date;
  readonly target_at: Date | null;
  readonly last_recorded_at: Date | null;
  readonly last_id: string | null;
}

interface UnknownRow extends CardMerchant {
  readonly id: string;
  readonly recorded_at: Date;
}

type Known = Exclude<MerchantMatch, { status: 'unmatched' }>;
type Tx = WriteTx<TenantContext>;

/**
 * Looks again at purchases of the last 90 days whose merchant was not known, once merchants have changed: in the order in which they were
 * recorded, some at a time, without the lock of cashback but for those that are found. Who was found is weighed like any other late match;
 * what may be one of several merchants waits for staff.
 */
@Injectable()
export class ReviewUnknownCards {
  constructor(
    private readonly merchants: MatchMerchants,
    private readonly cashbook: KeepCashbook,
  ) {}

  /** Looks at up to `limit`; whether there are more to look at. */
  async execute(tx: Tx, limit = 2_000): Promise<boolean> {
    const review = await this.begun(tx);
    if (!review) return false;
    const rows = await this.after(tx, review, limit);
    const found = await this.found(tx, rows);
    if (found.size > 0) await this.match(tx, found);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    await tx.query(
      `update card_review set seen_at = case when $2::uuid is null then target_at else seen_at end,
         target_at = case when $2::uuid is null then null else target_at end, last_id = $2, last_recorded_at = $3 where tenant_id = $1`,
      [tx.ctx.tenantId, last?.id ?? null, last?.recorded_at ?? null],
    );
    return last !== undefined;
  }

  /** The review that is under way, or one that begins now; undefined where merchants have not changed since the last. */
  private async begun(tx: Tx): Promise<Review | undefined> {
    const { tenantId } = tx.ctx;
    const [any] = await tx.query(
      `select 1 from card_transaction where tenant_id = $1 and type = 'purchase' and reason = 'merchant_unknown' limit 1`,
      [tenantId],
    );
    if (!any) return undefined;
    await tx.query(`insert into card_review (tenant_id, seen_at) values ($1, 'epoch') on conflict do nothing`, [tenantId]);
    const [review] = await tx.query<Review>(
      'select seen_at, target_at, last_recorded_at, last_id from card_review where tenant_id = $1 for update',
      [tenantId],
    );
    if (review!.target_at) return review;
    const [begun] = await tx.query<Review>(
      `update card_review r set target_at = c.updated_at from (select max(m.updated_at) as updated_at from merchant m
         where m.tenant_id = $1 and m.updated_at > (select seen_at from card_review where tenant_id = $1)
           and m.updated_at <= tenant_now() - ${SETTLED}) c
       where r.tenant_id = $1 and c.updated_at is not null returning r.seen_at, r.target_at, r.last_recorded_at, r.last_id`,
      [tenantId],
    );
    return begun;
  }

  private after(tx: Tx, { last_recorded_at, last_id }: Review, limit: number): Promise<UnknownRow[]> {
    return tx.query<UnknownRow>(
      `select t.id, t.recorded_at, t.network_merchant_id as "merchantId", t.terminal_id as "terminalId", t.descriptor, t.mcc
       from card_transaction t where t.tenant_id = $1 and t.type = 'purchase' and t.reason = 'merchant_unknown'
         and t.recorded_at > tenant_now() - interval '${UNKNOWN_DAYS} days' and ($2::timestamptz is null or (t.recorded_at, t.id) > ($2, $3::uuid))
       order by t.recorded_at, t.id limit $4`,
      [tx.ctx.tenantId, last_recorded_at, last_id, limit],
    );
  }

  /** What has become known; the same words are looked up once. */
  private async found(tx: Tx, rows: readonly UnknownRow[]): Promise<Map<string, Known>> {
    const wordsOf = ({ merchantId, terminalId, descriptor, mcc }: UnknownRow): string =>
      JSON.stringify([merchantId, terminalId, descriptor, mcc]);
    const asked = new Map(rows.map((row) => [wordsOf(row), row]));
    const matches = await this.merchants.find(tx, [...asked.values()]);
    const byWords = new Map([...asked.keys()].map((words, index) => [words, matches[index]!]));
    return new Map(
      rows.flatMap((row): [string, Known][] => {
        const match = byWords.get(wordsOf(row))!;
        return match.status === 'unmatched' ? [] : [[row.id, match]];
      }),
    );
  }

  private async match(tx: Tx, found: ReadonlyMap<string, Known>): Promise<void> {
    await lockCashback(tx);
    const waiting = await tx.query<{ id: string; member_status: MemberStatus }>(
      `select t.id, m.status as member_status from card_transaction t join member m on m.tenant_id = $1 and m.id = t.member_id
       where t.tenant_id = $1 and t.id = any($2::uuid[]) and t.reason = 'merchant_unknown' order by t.recorded_at, t.id`,
      [tx.ctx.tenantId, [...found.keys()]],
    );
    const matches = waiting.map((row) => ({ ...row, match: found.get(row.id)! }));
    const known = matches.map(({ id, match }) => ({ id, merchantId: match.status === 'matched' ? match.merchantId : null }));
    await this.cashbook.execute(tx, { facts: [], known }, (book, world) => {
      for (const { id, match, member_status: status } of matches) {
        const purchase = world.byId.get(id)!;
        if (match.status === 'matched') book.match(purchase, match.merchantId, foundBy(match), mayDo(status, 'earn'));
        else book.doubt(purchase);
      }
    });
  }
}
