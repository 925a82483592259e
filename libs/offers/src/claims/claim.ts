import { Money } from '@tallystick/kernel';
import type { CardReason } from '../cashback/card-transaction.js';
import type { ShownMoney } from '../cashback/card-transaction.view.js';

/** Why somebody claims cashback. */
export const CLAIM_REASONS = ['not_rewarded', 'merchant_not_recognized', 'offer_not_applied', 'purchase_not_seen'] as const;
export type ClaimReason = (typeof CLAIM_REASONS)[number];

export const CLAIM_STATUSES = ['open', 'accepted', 'rejected', 'withdrawn'] as const;
export type ClaimStatus = (typeof CLAIM_STATUSES)[number];

/** What a claim comes to when its purchase is looked for and weighed again. */
export const CLAIM_FINDINGS = ['earns', 'earns_nothing', 'already_rewarded', 'purchase_not_seen', 'purchase_ambiguous'] as const;
export type ClaimFinding = (typeof CLAIM_FINDINGS)[number];

/** How a claim was made good. */
export const ACCEPTANCES = ['merchant_matched', 'offer_applied', 'purchase_added'] as const;
/** Why a claim was not made good. */
export const REJECTIONS = [
  'already_rewarded',
  'no_live_offer',
  'not_eligible',
  'not_a_merchant',
  'purchase_not_found',
  'purchase_refunded',
  'duplicate_claim',
] as const;
export type Acceptance = (typeof ACCEPTANCES)[number];
export type Rejection = (typeof REJECTIONS)[number];

/** A claim as both APIs show it. */
export interface ShownClaim {
  readonly id: string;
  readonly member_id: string;
  readonly reason_code: ClaimReason;
  readonly status: ClaimStatus;
  readonly purchase: { readonly reference: string | null; readonly amount: ShownMoney; readonly occurred_at: string };
  /** Where the customer says it was. */
  readonly merchant_id: string | null;
  readonly transaction_id: string | null;
  /** What was found when it was last looked at. */
  readonly rematch: {
    readonly outcome: ClaimFinding;
    readonly merchant_id: string | null;
    readonly cashback: ShownMoney | null;
    readonly reason: CardReason | null;
    readonly at: string;
  };
  readonly resolution_code: Acceptance | Rejection | null;
  /** What its acceptance gave. */
  readonly cashback: ShownMoney | null;
  readonly raised_at: string;
  readonly resolved_at: string | null;
}

/** A row of the table, as the driver gives it. */
export interface ClaimRow {
  id: string;
  member_id: string;
  reason_code: ClaimReason;
  purchase_reference: string | null;
  currency: string;
  amount: string;
  occurred_at: Date;
  merchant_id: string | null;
  transaction_id: string | null;
  status: ClaimStatus;
  found: ClaimFinding;
  found_merchant_id: string | null;
  found_cashback: string | null;
  found_reason: CardReason | null;
  found_at: Date;
  resolution_code: Acceptance | Rejection | null;
  cashback: string | null;
  raised_by: string;
  raised_at: Date;
  resolved_at: Date | null;
}

/** Shows a row. */
export function showClaim(row: ClaimRow): ShownClaim {
  const money = (minor: string): ShownMoney => ({ amount: Money.of(BigInt(minor), row.currency).toString(), currency: row.currency });
  return {
    id: row.id,
    member_id: row.member_id,
    reason_code: row.reason_code,
    status: row.status,
    purchase: { reference: row.purchase_reference, amount: money(row.amount), occurred_at: row.occurred_at.toISOString() },
    merchant_id: row.merchant_id,
    transaction_id: row.transaction_id,
    rematch: {
      outcome: row.found,
      merchant_id: row.found_merchant_id,
      cashback: row.found_cashback === null ? null : money(row.found_cashback),
      reason: row.found_reason,
      at: row.found_at.toISOString(),
    },
    resolution_code: row.resolution_code,
    cashback: row.cashback === null ? null : money(row.cashback),
    raised_at: row.raised_at.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}
