import { defineEvent, type EventDefinition } from '@tallystick/platform';

/** What is told of an offer that a member activated, or gave up again. */
export interface OfferActivationData {
  readonly member_id: string;
  readonly offer_id: string;
  readonly merchant_id: string;
  readonly at: string;
}

const told = (name: string, summary: string): EventDefinition<OfferActivationData> =>
  defineEvent({
    name,
    summary,
    schema: {
      type: 'object',
      required: ['member_id', 'offer_id', 'merchant_id', 'at'],
      properties: {
        member_id: { type: 'string', format: 'uuid' },
        offer_id: { type: 'string', format: 'uuid' },
        merchant_id: { type: 'string', format: 'uuid' },
        at: { type: 'string', format: 'date-time' },
      },
    },
  });

export const MemberOfferActivated = told('member.offer_activated', 'A member activated an offer, or had it activated.');
export const MemberOfferDeactivated = told('member.offer_deactivated', 'A member gave up an offer that was activated for them.');
