import { defineEvent, type EventDefinition, type JsonSchema } from '@tallystick/platform';
import { MEMBER_STATUSES } from './members/member-status.policy.js';
import { TRANSACTION_STATUSES, TRANSACTION_TYPES, type PointsTransaction } from './points/points-transaction.js';

const nullable = (type: string, rest: object = {}): JsonSchema => ({ type: [type, 'null'], ...rest });
const uuid = { type: 'string', format: 'uuid' };
const moment = { type: 'string', format: 'date-time' };

const HOLD: JsonSchema = {
  type: 'object',
  required: ['id', 'status', 'points', 'captured', 'released', 'expires_at'],
  properties: {
    id: uuid,
    status: { enum: ['held', 'captured', 'released', 'expired'] },
    points: { type: 'number' },
    captured: { type: 'number' },
    released: { type: 'number' },
    expires_at: nullable('string', { format: 'date-time' }),
  },
};

const TRANSACTION: JsonSchema = {
  type: 'object',
  required: [
    'id',
    'number',
    'type',
    'status',
    'member_id',
    'wallet_id',
    'program_id',
    'points',
    'amount',
    'currency',
    'balance_after',
    'reference',
    'related_transaction_id',
    'narration',
    'metadata',
    'occurred_at',
    'posted_at',
  ],
  properties: {
    id: uuid,
    number: { type: 'integer' },
    type: { enum: [...TRANSACTION_TYPES] },
    status: { enum: [...TRANSACTION_STATUSES] },
    member_id: uuid,
    wallet_id: uuid,
    program_id: uuid,
    points: { type: 'number', minimum: 0 },
    amount: nullable('string'),
    currency: nullable('string'),
    balance_after: { type: 'number' },
    owed: { type: 'number', minimum: 0 },
    redemption_id: uuid,
    returned: {
      type: 'object',
      required: ['transaction_id', 'points'],
      properties: { transaction_id: uuid, points: { type: 'number', minimum: 0 } },
    },
    reference: nullable('string'),
    related_transaction_id: nullable('string', { format: 'uuid' }),
    narration: nullable('string'),
    metadata: nullable('object'),
    occurred_at: moment,
    posted_at: moment,
    hold: HOLD,
  },
};

const posted = (name: string, summary: string): EventDefinition<PointsTransaction> => defineEvent({ name, summary, schema: TRANSACTION });

export const PointsEarned = posted('points.earned', 'A member earned points, by a purchase or as stated.');
export const PointsRedeemed = posted('points.redeemed', 'A member redeemed points.');
export const PointsReversed = posted(
  'points.reversed',
  'A transaction was reversed or a purchase refunded; `related_transaction_id` names it.',
);
export const PointsHeld = posted('points.held', 'Points were set aside.');
export const PointsCaptured = posted('points.captured', 'Held points were redeemed; `related_transaction_id` names the hold.');
export const PointsReleased = posted('points.released', 'Held points were made available again, by request or because the hold ended.');
export const PointsTransferred = posted('points.transferred', 'Points moved to another member; seen from the sender.');
export const PointsAdjusted = posted('points.adjusted', 'Staff credited or debited points; `type` says which.');
export const DebtSettled = posted(
  'points.debt_settled',
  'Points that became available paid what the member owed for a claw-back that had found too little.',
);
export const PointsExpired = posted('points.expired', 'Points reached the end of their validity.');

/** A refund that was given up, by the caller's own references; nothing personal. */
export interface RefundGivenUpData {
  readonly reference: string;
  readonly original_reference: string;
  /** Of the batch that it came in. */
  readonly request_id: string;
  readonly parked_at: string;
}

export const RefundGivenUp = defineEvent<RefundGivenUpData>({
  name: 'points.refund_given_up',
  summary: 'A refund waited for 90 days for its purchase, which did not come; it took nothing back.',
  schema: {
    type: 'object',
    required: ['reference', 'original_reference', 'request_id', 'parked_at'],
    properties: {
      reference: { type: 'string' },
      original_reference: { type: 'string' },
      request_id: { type: 'string' },
      parked_at: moment,
    },
  },
});

/** What is told of a new member: nothing personal beyond the tenant's own reference. */
export interface MemberCreatedData {
  readonly id: string;
  readonly reference: string;
  readonly status: string;
  readonly created_at: string;
}

export const MemberCreated = defineEvent<MemberCreatedData>({
  name: 'member.created',
  summary: 'A member was enrolled.',
  schema: {
    type: 'object',
    required: ['id', 'reference', 'status', 'created_at'],
    properties: { id: uuid, reference: { type: 'string' }, status: { enum: [...MEMBER_STATUSES] }, created_at: moment },
  },
});
