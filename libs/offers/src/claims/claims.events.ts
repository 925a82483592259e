import { defineEvent, type EventDefinition } from '@tallystick/platform';
import { ACCEPTANCES, CLAIM_REASONS, CLAIM_STATUSES, REJECTIONS, type ShownClaim } from './claim.js';

/** What is told of a claim: ids, codes and amounts. Amounts are decimal strings of the currency. */
export interface ClaimEventData {
  readonly claim_id: string;
  readonly member_id: string;
  readonly transaction_id: string | null;
  readonly reason_code: string;
  readonly status: string;
  readonly resolution_code: string | null;
  readonly currency: string;
  readonly cashback: string | null;
}

const uuid = { type: 'string', format: 'uuid' };

const told = (name: string, summary: string): EventDefinition<ClaimEventData> =>
  defineEvent({
    name,
    summary,
    schema: {
      type: 'object',
      required: ['claim_id', 'member_id', 'transaction_id', 'reason_code', 'status', 'resolution_code', 'currency', 'cashback'],
      properties: {
        claim_id: uuid,
        member_id: uuid,
        transaction_id: { type: ['string', 'null'], format: 'uuid' },
        reason_code: { enum: [...CLAIM_REASONS] },
        status: { enum: [...CLAIM_STATUSES] },
        resolution_code: { enum: [...ACCEPTANCES, ...REJECTIONS, null] },
        currency: { type: 'string', examples: ['MXN'] },
        cashback: { type: ['string', 'null'], pattern: '^\\d+(\\.\\d+)?$', examples: ['12.50'] },
      },
    },
  });

export const ClaimRaised = told('claim.raised', 'Missing cashback was claimed.');
export const ClaimResolved = told('claim.resolved', 'A claim was accepted, rejected or withdrawn.');

/** What an event says of a claim. */
export const claimTold = (claim: ShownClaim): ClaimEventData => ({
  claim_id: claim.id,
  member_id: claim.member_id,
  transaction_id: claim.transaction_id,
  reason_code: claim.reason_code,
  status: claim.status,
  resolution_code: claim.resolution_code,
  currency: claim.purchase.amount.currency,
  cashback: claim.cashback?.amount ?? null,
});
