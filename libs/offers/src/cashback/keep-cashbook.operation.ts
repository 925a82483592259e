import { Injectable } from '@nestjs/common';
import { Money, newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import {
  CashbackAdjusted,
  CashbackPendingMatch,
  CashbackRefundGivenUp,
  CashbackRewarded,
  type CashbackEventData,
} from './cashback.events.js';
import { Cashbook, type Tidings } from './cashbook.js';
import type { CashbookWorld } from './cashbook-world.js';
import { loadWorld, type CashbookScope } from './load-world.query.js';
import { lockCashback } from './lock-cashback.js';
import { PostMoves } from './post-moves.operation.js';
import { writeCashbook } from './write-cashbook.js';

const EVENTS = {
  rewarded: CashbackRewarded,
  adjusted: CashbackAdjusted,
  pending_match: CashbackPendingMatch,
  refund_given_up: CashbackRefundGivenUp,
} as const;

/** The one way card transactions change: takes the lock, reads, lets a cashbook decide, writes, posts and tells. */
@Injectable()
export class KeepCashbook {
  constructor(private readonly postMoves: PostMoves) {}

  async execute<T>(tx: WriteTx<TenantContext>, scope: CashbookScope, decide: (book: Cashbook, world: CashbookWorld) => T): Promise<T> {
    await lockCashback(tx);
    await refuseGone(tx, scope);
    const world = await loadWorld(tx, scope);
    const book = new Cashbook(world, newId);
    const decided = decide(book, world);
    await writeCashbook(tx, book, world.now);
    await this.postMoves.execute(tx, book.moves);
    for (const tidings of book.tidings) tx.emit(EVENTS[tidings.event], told(tidings));
    return decided;
  }
}

/** Throws what runs the transaction again when a customer was merged or erased before the lock was there: their reference means another by now. */
async function refuseGone(tx: WriteTx<TenantContext>, { facts }: CashbookScope): Promise<void> {
  const ids = [...new Set(facts.map(({ memberId }) => memberId))];
  if (ids.length === 0) return;
  const gone = await tx.query(
    `select 1 from member where tenant_id = $1 and id = any($2::uuid[]) and status in ('merged', 'erased') limit 1`,
    [tx.ctx.tenantId, ids],
  );
  if (gone.length > 0) throw Object.assign(new Error('a customer was merged or erased meanwhile'), { code: '40001' });
}

function told({ transaction, purchase, offerId, change }: Tidings): CashbackEventData {
  const { id, type, memberId, currency, reason } = transaction;
  const money = (minor: bigint): string => Money.of(minor, currency).toString();
  return {
    transaction_id: id,
    type,
    purchase_id: purchase?.id ?? null,
    member_id: memberId,
    merchant_id: purchase?.merchantId ?? null,
    offer_id: offerId,
    currency,
    cashback: money(purchase?.standing.cashback ?? 0n),
    change: money(change.cashback),
    state: purchase?.rewardState ?? null,
    reason,
  };
}
