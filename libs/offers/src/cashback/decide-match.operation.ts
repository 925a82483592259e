import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { mayDo, type MemberStatus } from '@tallystick/loyalty';
import { InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { CardMatchDismissed, CardMatched } from './cashback.acts.js';
import type { CardReason, CardVerdict } from './card-transaction.js';
import type { ShownCardTransaction } from './card-transaction.view.js';
import { FindCardTransactions } from './find-card-transactions.query.js';
import { KeepCashbook } from './keep-cashbook.operation.js';
import { lockCashback } from './lock-cashback.js';

/** At which merchant a purchase was made; null: at none of ours. */
export interface MatchDecision {
  readonly transactionId: string;
  readonly merchantId: string | null;
}

interface Row {
  type: string;
  verdict: CardVerdict;
  reason: CardReason | null;
  member_status: MemberStatus;
}

/**
 * Decides at which merchant a purchase was made that could not be told, or was not known to be at one of ours; it is then weighed like any
 * other, by the offers at its time.
 */
@Injectable()
export class DecideMatch {
  constructor(
    private readonly cashbook: KeepCashbook,
    private readonly find: FindCardTransactions,
  ) {}

  /** Throws `not_found`, `validation_error` for an unknown merchant, `invalid_state` for a transaction whose merchant is known. */
  async execute(tx: WriteTx<TenantContext>, { transactionId, merchantId }: MatchDecision): Promise<ShownCardTransaction> {
    await lockCashback(tx);
    const [row] = await tx.query<Row>(
      `select t.type, t.verdict, t.reason, m.status as member_status from card_transaction t
       join member m on m.tenant_id = $1 and m.id = t.member_id where t.tenant_id = $1 and t.id = $2`,
      [tx.ctx.tenantId, transactionId],
    );
    if (!row) throw NotFound.with();
    const open = row.type === 'purchase' && (row.verdict === 'pending_match' || row.reason === 'merchant_unknown');
    if (!open)
      throw InvalidState.with({ message: 'The merchant of this transaction is not in question', errors: { verdict: row.verdict } });
    if (merchantId !== null) await this.refuseUnknown(tx, merchantId);
    await this.cashbook.execute(tx, { facts: [], known: [{ id: transactionId, merchantId }] }, (book, world) =>
      book.match(world.byId.get(transactionId)!, merchantId, 'staff', mayDo(row.member_status, 'earn')),
    );
    const shown = await this.find.one(tx, transactionId);
    tx.audit(merchantId === null ? CardMatchDismissed : CardMatched, {
      target: { type: 'card_transaction', id: transactionId },
      before: { verdict: row.verdict, merchant_id: null },
      after: { verdict: shown.verdict, merchant_id: merchantId },
    });
    return shown;
  }

  private async refuseUnknown(tx: WriteTx<TenantContext>, merchantId: string): Promise<void> {
    const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2', [tx.ctx.tenantId, merchantId]);
    if (!merchant) throw ValidationFailed.with({ errors: { merchant_id: ['No such merchant.'] } });
  }
}
