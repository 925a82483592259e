import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { actingMember, ownMember } from '@tallystick/loyalty';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { CardReason, CardType, CardVerdict, RewardState } from './card-transaction.js';
import {
  SHOWN_COLUMNS,
  SHOWN_JOINS,
  forMember,
  showCardTransaction,
  type ShownCardTransaction,
  type ShownRow,
} from './card-transaction.view.js';
import { withExpectedWindows } from './expected-windows.js';

/** Which card transactions; a member who asks for themselves sees their own alone. */
export interface CardTransactionFilter {
  readonly memberId?: string;
  readonly memberReference?: string;
  readonly merchantId?: string;
  readonly offerId?: string;
  readonly type?: CardType;
  readonly verdict?: CardVerdict;
  readonly reason?: CardReason;
  readonly state?: RewardState;
  readonly reference?: string;
  /** By when the purchase was made. */
  readonly from?: Date;
  readonly to?: Date;
}

/** Where a page goes on: after this one, towards the older. */
export interface CardPage {
  readonly after?: string;
  readonly limit: number;
}

/** Who is named: of one who was merged, who goes on for them. */
const personNamed = (condition: string): string =>
  `(select coalesce(q.merged_into, q.id) from member q where q.tenant_id = $1 and ${condition})`;

/** Reads card transactions with what stands of them. */
@Injectable()
export class FindCardTransactions {
  /** Newest first. Throws `not_found` for a member who asks for somebody else. */
  async list(tx: ReadTx<TenantContext>, filter: CardTransactionFilter, { after, limit }: CardPage): Promise<ShownCardTransaction[]> {
    const parameters: unknown[] = [tx.ctx.tenantId];
    const wanted = (sql: (parameter: string) => string, value: unknown): string => {
      if (value === undefined) return '';
      parameters.push(value);
      return ` and ${sql(`$${parameters.length}`)}`;
    };
    const conditions = [
      wanted((p) => `t.member_id = ${personNamed(`q.id = ${p}::uuid`)}`, ownMember(tx.ctx, filter.memberId)),
      wanted((p) => `t.member_id = ${personNamed(`q.reference = ${p}`)}`, filter.memberReference),
      wanted((p) => `t.merchant_id = ${p}::uuid`, filter.merchantId),
      wanted((p) => `t.offer_id = ${p}::uuid`, filter.offerId),
      wanted((p) => `t.type = ${p}`, filter.type),
      wanted((p) => `t.verdict = ${p}`, filter.verdict),
      wanted((p) => `t.reason = ${p}`, filter.reason),
      wanted((p) => `t.reward_state = ${p}`, filter.state),
      wanted((p) => `t.reference = ${p}`, filter.reference),
      wanted((p) => `t.occurred_at >= ${p}`, filter.from),
      wanted((p) => `t.occurred_at < ${p}`, filter.to),
      wanted((p) => `t.id < ${p}::uuid`, after),
    ].join('');
    parameters.push(limit);
    const rows = await tx.query<ShownRow>(
      `select ${SHOWN_COLUMNS} from card_transaction t ${SHOWN_JOINS} where t.tenant_id = $1${conditions} order by t.id desc limit $${parameters.length}`,
      parameters,
    );
    const shown = (await withExpectedWindows(tx, rows)).map(showCardTransaction);
    return actingMember(tx.ctx) === undefined ? shown : shown.map(forMember);
  }

  /** Throws `not_found`. */
  async one(tx: ReadTx<TenantContext>, id: string): Promise<ShownCardTransaction> {
    const own = actingMember(tx.ctx);
    const [row] = await tx.query<ShownRow>(
      `select ${SHOWN_COLUMNS} from card_transaction t ${SHOWN_JOINS} where t.tenant_id = $1 and t.id = $2`,
      [tx.ctx.tenantId, id],
    );
    if (!row || (own !== undefined && row.member_id !== own)) throw NotFound.with();
    const shown = showCardTransaction((await withExpectedWindows(tx, [row]))[0]!);
    return own === undefined ? shown : forMember(shown);
  }
}
