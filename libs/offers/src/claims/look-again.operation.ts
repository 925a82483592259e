import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { mayDo, type MemberStatus } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import type { CardReason, CardVerdict } from '../cashback/card-transaction.js';
import { Cashbook } from '../cashback/cashbook.js';
import { loadWorld } from '../cashback/load-world.query.js';
import { lockCashback } from '../cashback/lock-cashback.js';
import { MatchMerchants } from '../merchants/match-merchants.query.js';
import type { ClaimFinding } from './claim.js';

/** The purchase of a claim, as it was told. */
export interface ClaimedPurchase {
  readonly memberId: string;
  readonly transactionId: string | null;
  readonly reference: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly occurredAt: Date;
  /** Where it is said to have been made. */
  readonly merchantId: string | null;
}

/** What a look at it found. */
export interface Finding {
  readonly outcome: ClaimFinding;
  readonly transactionId: string | null;
  readonly merchantId: string | null;
  /** What it would earn, in minor units. */
  readonly cashback: bigint | null;
  readonly reason: CardReason | null;
}

interface PurchaseRow {
  id: string;
  verdict: CardVerdict;
  merchant_id: string | null;
  network_merchant_id: string | null;
  terminal_id: string | null;
  descriptor: string | null;
  mcc: string | null;
  member_status: MemberStatus;
}

/** Days around the time that a customer remembers within which a purchase of the same amount is taken for theirs. */
const REMEMBERED_DAYS = 3;

type Tx = WriteTx<TenantContext>;

/**
 * Looks for the purchase of a claim among the card transactions, matches its merchant again, and weighs it as if it came now, by the offers
 * of its time. Writes nothing.
 */
@Injectable()
export class LookAgain {
  constructor(private readonly merchants: MatchMerchants) {}

  async at(tx: Tx, purchase: ClaimedPurchase): Promise<Finding> {
    await lockCashback(tx);
    const found = await this.purchasesOf(tx, purchase);
    const [row] = found;
    if (!row || found.length > 1) {
      const outcome = row ? 'purchase_ambiguous' : 'purchase_not_seen';
      return { outcome, transactionId: null, merchantId: purchase.merchantId, cashback: null, reason: null };
    }
    if (row.verdict === 'rewarded')
      return { outcome: 'already_rewarded', transactionId: row.id, merchantId: row.merchant_id, cashback: null, reason: null };
    return this.weigh(tx, row, row.merchant_id ?? purchase.merchantId ?? (await this.merchantOf(tx, row)));
  }

  /** By our id, else by the institution's, else by person, amount and time. */
  private purchasesOf(
    tx: Tx,
    { memberId, transactionId, reference, currency, amount, occurredAt }: ClaimedPurchase,
  ): Promise<PurchaseRow[]> {
    const [condition, ...values] =
      transactionId !== null
        ? ['t.id = $3', transactionId]
        : reference !== null
          ? ['t.reference = $3', reference]
          : [
              `t.currency = $3 and $4::bigint in (t.amount, t.cleared)
               and t.occurred_at between $5::timestamptz - $6 * interval '1 day' and $5::timestamptz + $6 * interval '1 day'`,
              ...[currency, amount, occurredAt, REMEMBERED_DAYS],
            ];
    return tx.query<PurchaseRow>(
      `select t.id, t.verdict, t.merchant_id, t.network_merchant_id, t.terminal_id, t.descriptor, t.mcc, p.status as member_status
       from card_transaction t join member m on m.tenant_id = $1 and m.id = t.member_id
         join member p on p.tenant_id = $1 and p.id = coalesce(m.merged_into, m.id)
       where t.tenant_id = $1 and t.type = 'purchase' and p.id = $2 and ${condition} order by t.id limit 2`,
      [tx.ctx.tenantId, memberId, ...values],
    );
  }

  private async merchantOf(tx: Tx, row: PurchaseRow): Promise<string | null> {
    const [match] = await this.merchants.find(tx, [
      { merchantId: row.network_merchant_id, terminalId: row.terminal_id, descriptor: row.descriptor, mcc: row.mcc },
    ]);
    return match?.status === 'matched' ? match.merchantId : null;
  }

  private async weigh(tx: Tx, { id, member_status }: PurchaseRow, merchantId: string | null): Promise<Finding> {
    if (merchantId === null) return { outcome: 'earns_nothing', transactionId: id, merchantId, cashback: null, reason: 'merchant_unknown' };
    const world = await loadWorld(tx, { facts: [], known: [{ id, merchantId }] });
    const purchase = world.byId.get(id)!;
    new Cashbook(world, newId).match(purchase, merchantId, 'staff', mayDo(member_status, 'earn'));
    const { cashback } = purchase.standing;
    return cashback > 0n
      ? { outcome: 'earns', transactionId: id, merchantId, cashback, reason: null }
      : { outcome: 'earns_nothing', transactionId: id, merchantId, cashback: null, reason: purchase.reason };
  }
}
