import { Injectable } from '@nestjs/common';
import { Money, newId, type TenantContext } from '@tallystick/kernel';
import { ownMember } from '@tallystick/loyalty';
import { Duplicate, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { memberOf, type MemberName } from '../offers/member-of.query.js';
import { showClaim, type ClaimReason, type ClaimRow, type ShownClaim } from './claim.js';
import { ClaimRaisedByStaff } from './claims.acts.js';
import { ClaimAlreadyRewarded } from './claims.errors.js';
import { ClaimRaised, claimTold } from './claims.events.js';
import { LookAgain, type ClaimedPurchase, type Finding } from './look-again.operation.js';

/** A purchase that we know, by our id or the institution's; or one that is described. */
export interface ClaimInput {
  /** Left out by a member, who claims for themselves. */
  readonly member?: MemberName;
  readonly reasonCode: ClaimReason;
  readonly transactionId?: string;
  readonly purchase?: {
    readonly reference?: string;
    readonly amount: string | number;
    readonly currency: string;
    readonly occurredAt: Date;
  };
  readonly merchantId?: string;
}

interface KnownPurchase {
  reference: string;
  currency: string;
  amount: string;
  occurred_at: Date;
}

type Tx = WriteTx<TenantContext>;

/** Claims cashback for a purchase, looks at it again at once, and leaves the decision to the tenant's staff. */
@Injectable()
export class RaiseClaim {
  constructor(private readonly lookAgain: LookAgain) {}

  /**
   * Throws `not_found` for an unknown member or card transaction, `validation_error`, `claim_already_rewarded`, and `duplicate` for a
   * purchase that is claimed already.
   */
  async execute(tx: Tx, input: ClaimInput): Promise<ShownClaim> {
    // Before anybody is asked who they are: nobody is merged into another from here on.
    await lockCashback(tx);
    const memberId = await this.memberOf(tx, input);
    if (input.merchantId !== undefined) await this.refuseUnknownMerchant(tx, input.merchantId);
    const purchase = await this.purchaseOf(tx, memberId, input);
    const finding = await this.lookAgain.at(tx, purchase);
    if (finding.outcome === 'already_rewarded')
      throw ClaimAlreadyRewarded.with({ errors: { transaction_id: finding.transactionId as string } });
    const claim = showClaim(await insert(tx, input.reasonCode, purchase, finding));
    if (tx.ctx.actor.type === 'user') tx.audit(ClaimRaisedByStaff, { target: { type: 'claim', id: claim.id }, after: claimTold(claim) });
    tx.emit(ClaimRaised, claimTold(claim));
    return claim;
  }

  private async memberOf(tx: Tx, { member }: ClaimInput): Promise<string> {
    const id = ownMember(tx.ctx, member?.id);
    const known = await memberOf(tx, id === undefined ? (member ?? {}) : { id });
    if (!known) throw NotFound.with({ errors: { member: ['No such member.'] } });
    return known.id;
  }

  private async refuseUnknownMerchant(tx: Tx, merchantId: string): Promise<void> {
    const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2', [tx.ctx.tenantId, merchantId]);
    if (!merchant) throw ValidationFailed.with({ errors: { merchant_id: ['No such merchant.'] } });
  }

  private async purchaseOf(tx: Tx, memberId: string, { transactionId, purchase, merchantId: named }: ClaimInput): Promise<ClaimedPurchase> {
    const merchantId = named ?? null;
    if (transactionId !== undefined) {
      const [known] = await tx.query<KnownPurchase>(
        `select t.reference, t.currency, t.amount, t.occurred_at from card_transaction t
         join member m on m.tenant_id = $1 and m.id = t.member_id
         where t.tenant_id = $1 and t.id = $2 and t.type = 'purchase' and coalesce(m.merged_into, m.id) = $3`,
        [tx.ctx.tenantId, transactionId, memberId],
      );
      if (!known) throw NotFound.with({ errors: { transaction_id: ['The member has no such purchase.'] } });
      const { reference, currency, amount, occurred_at: occurredAt } = known;
      return { memberId, transactionId, reference, currency, amount: BigInt(amount), occurredAt, merchantId };
    }
    const { amount, currency, occurredAt, reference = null } = purchase!;
    const money = Money.parse(amount, currency);
    if (!(money instanceof Money)) throw ValidationFailed.with({ errors: { 'purchase.amount': ['Has more decimals than the currency.'] } });
    const [clock] = await tx.query<{ now: Date }>('select tenant_now() as now');
    if (occurredAt > clock!.now) throw ValidationFailed.with({ errors: { 'purchase.occurred_at': ['Is in the future.'] } });
    return { memberId, transactionId: null, reference, currency, amount: money.minor, occurredAt, merchantId };
  }
}

async function insert(tx: Tx, reasonCode: ClaimReason, purchase: ClaimedPurchase, finding: Finding): Promise<ClaimRow> {
  const [row] = await tx.query<ClaimRow>(
    `insert into claim (tenant_id, id, member_id, reason_code, purchase_reference, currency, amount, occurred_at, merchant_id, transaction_id,
       status, found, found_merchant_id, found_cashback, found_reason, found_at, raised_by, raised_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13, $14, tenant_now(), $15, tenant_now())
     on conflict do nothing returning *`,
    [
      tx.ctx.tenantId,
      newId(),
      purchase.memberId,
      reasonCode,
      purchase.reference,
      purchase.currency,
      purchase.amount,
      purchase.occurredAt,
      purchase.merchantId,
      finding.transactionId,
      finding.outcome,
      finding.merchantId,
      finding.cashback,
      finding.reason,
      tx.ctx.actor.id,
    ],
  );
  if (!row) throw Duplicate.with({ message: 'This purchase is claimed already, and the claim is open' });
  return row;
}
