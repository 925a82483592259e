import { Injectable } from '@nestjs/common';
import { Money, type TenantContext } from '@tallystick/kernel';
import { mayDo, type MemberStatus } from '@tallystick/loyalty';
import { Duplicate, InvalidState, NotFound, PermissionDenied, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { readItem, type CardItem } from '../cashback/card-item.js';
import { FindCardTransactions } from '../cashback/find-card-transactions.query.js';
import { KeepCashbook } from '../cashback/keep-cashbook.operation.js';
import { lockCashback } from '../cashback/lock-cashback.js';
import { USUAL_SOURCE } from '../cashback/post-card-transactions.operation.js';
import { showClaim, type Acceptance, type ClaimRow, type Rejection, type ShownClaim } from './claim.js';
import { ClaimAccepted, ClaimLookedAtAgain, ClaimRejected } from './claims.acts.js';
import { ClaimAlreadyRewarded, ClaimEarnsNothing } from './claims.errors.js';
import { ClaimResolved, claimTold } from './claims.events.js';
import { LookAgain, type Finding } from './look-again.operation.js';

/** What whoever decides knows better than the claim says. */
export interface ClaimEvidence {
  /** Which of several purchases it is. */
  readonly transactionId?: string;
  /** Where it was made. */
  readonly merchantId?: string;
  /** The institution's id of a purchase that we have not seen: if it comes later, it is counted once. */
  readonly purchaseReference?: string;
}

type Tx = WriteTx<TenantContext>;

/** Decides claims; never by who raised them. What an acceptance rewards is posted in the transaction that says so. */
@Injectable()
export class DecideClaim {
  constructor(
    private readonly lookAgain: LookAgain,
    private readonly cashbook: KeepCashbook,
    private readonly transactions: FindCardTransactions,
  ) {}

  /** Looks for the purchase again, where merchants, offers or card transactions have changed meanwhile. Throws `not_found`, `invalid_state`, `duplicate`. */
  async lookAgainAt(tx: Tx, id: string, evidence: ClaimEvidence = {}): Promise<ShownClaim> {
    await lockCashback(tx);
    const row = await lockOpen(tx, id);
    const finding = await this.find(tx, row, evidence);
    await refuseClaimedTwice(tx, row, finding);
    const [seen] = await tx.query<ClaimRow>(
      `update claim set found = $3, found_merchant_id = $4, found_cashback = $5, found_reason = $6, found_at = tenant_now(),
         transaction_id = coalesce($7, transaction_id) where tenant_id = $1 and id = $2 returning *`,
      [tx.ctx.tenantId, id, finding.outcome, finding.merchantId, finding.cashback, finding.reason, finding.transactionId],
    );
    tx.audit(ClaimLookedAtAgain, {
      target: { type: 'claim', id },
      before: { outcome: row.found },
      after: { outcome: finding.outcome, transaction_id: finding.transactionId },
    });
    return showClaim(seen!);
  }

  /**
   * Rewards the purchase as it would have been, by the offers of its time. Throws `not_found`, `permission_denied` for who raised it,
   * `invalid_state`, `claim_already_rewarded`, `claim_earns_nothing`, `validation_error` where a purchase that was not seen lacks its
   * reference or merchant.
   */
  async accept(tx: Tx, id: string, evidence: ClaimEvidence): Promise<ShownClaim> {
    await lockCashback(tx);
    const row = await lockForDecision(tx, id);
    const finding = await this.find(tx, row, evidence);
    const { transactionId, code } =
      finding.transactionId === null ? await this.add(tx, row, evidence) : await this.rematch(tx, finding, finding.transactionId);
    const { verdict, reason, cashback } = await this.transactions.one(tx, transactionId);
    if (verdict !== 'rewarded') throw ClaimEarnsNothing.with({ errors: { reason: reason ?? verdict } });
    const earned = (Money.parse(cashback.amount, cashback.currency) as Money).minor;
    const claim = await close(tx, id, { status: 'accepted', code, transactionId, cashback: earned });
    tx.audit(ClaimAccepted, { target: { type: 'claim', id }, before: { status: 'open' }, after: claimTold(claim) });
    return claim;
  }

  /** Throws `not_found`, `permission_denied` for who raised it, `invalid_state`. */
  async reject(tx: Tx, id: string, code: Rejection): Promise<ShownClaim> {
    await lockForDecision(tx, id);
    const claim = await close(tx, id, { status: 'rejected', code, transactionId: null, cashback: null });
    tx.audit(ClaimRejected, { target: { type: 'claim', id }, before: { status: 'open' }, after: claimTold(claim) });
    return claim;
  }

  private async find(tx: Tx, row: ClaimRow, { transactionId, merchantId, purchaseReference }: ClaimEvidence): Promise<Finding> {
    if (merchantId !== undefined) {
      const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2', [tx.ctx.tenantId, merchantId]);
      if (!merchant) throw ValidationFailed.with({ errors: { merchant_id: ['No such merchant.'] } });
    }
    const finding = await this.lookAgain.at(tx, {
      memberId: row.member_id,
      transactionId: transactionId ?? row.transaction_id,
      reference: purchaseReference ?? row.purchase_reference,
      currency: row.currency,
      amount: BigInt(row.amount),
      occurredAt: row.occurred_at,
      merchantId: merchantId ?? row.merchant_id,
    });
    if (transactionId !== undefined && finding.transactionId === null)
      throw NotFound.with({ errors: { transaction_id: ['The member has no such purchase.'] } });
    return finding;
  }

  private async rematch(tx: Tx, finding: Finding, transactionId: string): Promise<{ transactionId: string; code: Acceptance }> {
    if (finding.outcome === 'already_rewarded') throw ClaimAlreadyRewarded.with({ errors: { transaction_id: transactionId } });
    const { merchantId } = finding;
    if (merchantId === null) throw ClaimEarnsNothing.with({ errors: { reason: 'merchant_unknown' } });
    const [before] = await tx.query<{
      merchant_id: string | null;
      matched_by: 'identifier' | 'likeness' | 'staff' | null;
      status: MemberStatus;
    }>(
      `select t.merchant_id, t.matched_by, p.status from card_transaction t join member m on m.tenant_id = $1 and m.id = t.member_id
       join member p on p.tenant_id = $1 and p.id = coalesce(m.merged_into, m.id) where t.tenant_id = $1 and t.id = $2`,
      [tx.ctx.tenantId, transactionId],
    );
    const isKnown = before!.merchant_id === merchantId;
    await this.cashbook.execute(tx, { facts: [], known: [{ id: transactionId, merchantId }] }, (book, world) =>
      book.match(
        world.byId.get(transactionId)!,
        merchantId,
        isKnown ? (before!.matched_by ?? 'staff') : 'staff',
        mayDo(before!.status, 'earn'),
      ),
    );
    return { transactionId, code: isKnown ? 'offer_applied' : 'merchant_matched' };
  }

  /** Takes a purchase that nobody told us of, under the institution's own id. */
  private async add(tx: Tx, row: ClaimRow, evidence: ClaimEvidence): Promise<{ transactionId: string; code: Acceptance }> {
    const reference = evidence.purchaseReference ?? row.purchase_reference;
    const merchantId = evidence.merchantId ?? row.merchant_id;
    if (reference === null || merchantId === null)
      throw ValidationFailed.with({
        errors: {
          ...(reference === null && {
            purchase_reference: ['Say by which id the institution knows the purchase, or which transaction it is.'],
          }),
          ...(merchantId === null && { merchant_id: ['Say at which merchant it was made.'] }),
        },
      });
    const [member] = await tx.query<{ reference: string; status: MemberStatus; now: Date }>(
      'select reference, status, tenant_now() as now from member where tenant_id = $1 and id = $2',
      [tx.ctx.tenantId, row.member_id],
    );
    const item: CardItem = {
      id: reference,
      type: 'purchase',
      status: 'settled',
      member_reference: member!.reference,
      amount: Money.of(BigInt(row.amount), row.currency).toString(),
      currency: row.currency,
      date: row.occurred_at.toISOString(),
    };
    const read = readItem(item, USUAL_SOURCE, member!.now);
    if (!('fact' in read)) throw ClaimEarnsNothing.with({ errors: { reason: read.reason } });
    const fact = read.fact({
      memberId: row.member_id,
      memberActive: mayDo(member!.status, 'earn'),
      merchant: { status: 'matched', merchantId, by: 'staff' },
    });
    const taken = await this.cashbook.execute(tx, { facts: [fact] }, (book) => book.take(fact));
    if (!taken.transaction) throw ClaimEarnsNothing.with({ errors: { reason: taken.reason } });
    return { transactionId: taken.transaction.id, code: 'purchase_added' };
  }
}

async function lockOpen(tx: Tx, id: string): Promise<ClaimRow> {
  const [row] = await tx.query<ClaimRow>('select * from claim c where c.tenant_id = $1 and c.id = $2 for update', [tx.ctx.tenantId, id]);
  if (!row) throw NotFound.with();
  if (row.status !== 'open') throw InvalidState.with({ message: `This claim is ${row.status} already`, errors: { status: row.status } });
  return row;
}

/** Claims change under the lock of cashback, so nobody else claims it at this moment. */
async function refuseClaimedTwice(tx: Tx, { id }: ClaimRow, { transactionId }: Finding): Promise<void> {
  const [other] = await tx.query<{ id: string }>(
    `select id from claim where tenant_id = $1 and transaction_id = $2 and status = 'open' and id <> $3`,
    [tx.ctx.tenantId, transactionId, id],
  );
  if (other) throw Duplicate.with({ message: 'The purchase is claimed by another open claim', errors: { claim_id: other.id } });
}

async function lockForDecision(tx: Tx, id: string): Promise<ClaimRow> {
  const row = await lockOpen(tx, id);
  if (row.raised_by === tx.ctx.actor.id)
    throw PermissionDenied.with({ message: 'Somebody else than who raised a claim must decide on it' });
  return row;
}

async function close(
  tx: Tx,
  id: string,
  {
    status,
    code,
    transactionId,
    cashback,
  }: { status: 'accepted' | 'rejected'; code: Acceptance | Rejection; transactionId: string | null; cashback: bigint | null },
): Promise<ShownClaim> {
  const [row] = await tx.query<ClaimRow>(
    `update claim set status = $3, resolution_code = $4, transaction_id = coalesce($5, transaction_id), cashback = $6, resolved_by = $7,
       resolved_at = tenant_now() where tenant_id = $1 and id = $2 returning *`,
    [tx.ctx.tenantId, id, status, code, transactionId, cashback, tx.ctx.actor.id],
  );
  const claim = showClaim(row!);
  tx.emit(ClaimResolved, claimTold(claim));
  return claim;
}
