import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { mayDo, type MemberStatus } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { MatchMerchants, type MerchantMatch } from '../merchants/match-merchants.query.js';
import type { Cashbook } from './cashbook.js';
import type { CashbookWorld } from './cashbook-world.js';
import { KeepCashbook } from './keep-cashbook.operation.js';
import { lockCashback } from './lock-cashback.js';

/** How long a refund waits for its purchase (C3.9). */
export const CARD_PARKING_DAYS = 90;

interface WaitingRow {
  id: string;
  type: string;
  network_merchant_id: string | null;
  terminal_id: string | null;
  descriptor: string | null;
  mcc: string | null;
  member_status: MemberStatus;
}

type Matched = Extract<MerchantMatch, { status: 'matched' }>;
type Tx = WriteTx<TenantContext>;

/**
 * Looks again at what waits: purchases that may have been at one of several merchants, once merchants have changed, and refunds whose
 * purchase has not come within 90 days, which are given up.
 */
@Injectable()
export class ReviewWaitingCards {
  constructor(
    private readonly merchants: MatchMerchants,
    private readonly cashbook: KeepCashbook,
  ) {}

  /** Answers how many transactions it took up; call again while that is `limit`. */
  async execute(tx: Tx, limit = 500): Promise<number> {
    if (!(await this.isAny(tx))) return 0;
    await lockCashback(tx);
    const waiting = await this.waiting(tx, limit);
    if (waiting.length === 0) return 0;
    const purchases = waiting.filter(({ type }) => type === 'purchase');
    const matches = await this.merchants.find(
      tx,
      purchases.map(({ network_merchant_id: merchantId, terminal_id: terminalId, descriptor, mcc }) => ({
        merchantId,
        terminalId,
        descriptor,
        mcc,
      })),
    );
    const found = purchases.flatMap((row, index) => {
      const match = matches[index]!;
      return match.status === 'matched' ? [{ row, match }] : [];
    });
    const known = waiting.map(({ id }) => ({ id, merchantId: found.find(({ row }) => row.id === id)?.match.merchantId ?? null }));
    await this.cashbook.execute(tx, { facts: [], known }, (book, world) => review(book, world, waiting, found));
    await tx.query('update card_transaction set updated_at = tenant_now() where tenant_id = $1 and id = any($2::uuid[])', [
      tx.ctx.tenantId,
      purchases.map(({ id }) => id),
    ]);
    return waiting.length;
  }

  private async isAny(tx: Tx): Promise<boolean> {
    const [row] = await tx.query(`select from card_transaction where tenant_id = $1 and verdict = 'pending_match' limit 1`, [
      tx.ctx.tenantId,
    ]);
    return row !== undefined;
  }

  private waiting(tx: Tx, limit: number): Promise<WaitingRow[]> {
    return tx.query<WaitingRow>(
      `select t.id, t.type, t.network_merchant_id, t.terminal_id, t.descriptor, t.mcc, m.status as member_status
       from card_transaction t join member m on m.tenant_id = $1 and m.id = t.member_id
       where t.tenant_id = $1 and t.verdict = 'pending_match' and case t.type
         when 'purchase' then t.updated_at <= (select max(c.updated_at) from merchant c where c.tenant_id = $1)
         else t.recorded_at < tenant_now() - interval '${CARD_PARKING_DAYS} days' end
       order by t.id limit $2`,
      [tx.ctx.tenantId, limit],
    );
  }
}

/** By what a merchant was found, as card transactions say it. */
export const foundBy = ({ by }: Matched): 'likeness' | 'identifier' => (by === 'similar_descriptor' ? 'likeness' : 'identifier');

function review(
  book: Cashbook,
  world: CashbookWorld,
  waiting: readonly WaitingRow[],
  found: readonly { readonly row: WaitingRow; readonly match: Matched }[],
): void {
  for (const { id, type } of waiting) if (type !== 'purchase') book.giveUp(world.byId.get(id)!);
  for (const { row, match } of found)
    book.match(world.byId.get(row.id)!, match.merchantId, foundBy(match), mayDo(row.member_status, 'earn'));
}
