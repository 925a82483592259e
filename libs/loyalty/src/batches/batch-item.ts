import type { JsonSchema } from '@tallystick/platform';
import type { EarnFact, Merchant, RefundFact, Source } from '../points/points-fact.js';

/** The most purchases and refunds in one batch (C5.7). */
export const LARGEST_BATCH = 5_000;

/** One line of a batch as the caller sends it, after its schema was checked. */
export interface BatchItem {
  readonly id: string;
  readonly type: 'purchase' | 'refund';
  readonly member_reference: string;
  readonly amount: string | number;
  readonly currency: string;
  readonly occurred_at?: string;
  readonly merchant?: Merchant;
  readonly product_code?: string;
  readonly channel?: string;
  readonly paid_with_points?: string | number;
  readonly redemption_id?: string;
  readonly redemption_reference?: string;
  readonly original_id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The shape of one line; checked by a compiled validator, as a list of thousands needs. The contract shows the same schema. */
export const BATCH_ITEM_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'type', 'member_reference', 'amount', 'currency'],
  properties: {
    id: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: "The purchase's or refund's own id with you: counted once, whatever the batch.",
    },
    type: { type: 'string', enum: ['purchase', 'refund'] },
    member_reference: { type: 'string', minLength: 1, maxLength: 200 },
    amount: {
      oneOf: [{ type: 'string', pattern: '^-?\\d{1,15}(\\.\\d{1,6})?$' }, { type: 'number' }],
      description: 'In the currency, exact: a decimal string, or a JSON number.',
    },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    occurred_at: { type: 'string', format: 'date-time' },
    merchant: {
      type: 'object',
      additionalProperties: false,
      properties: {
        descriptor: { type: 'string', maxLength: 200 },
        mcc: { type: 'string', pattern: '^\\d{4}$' },
        merchant_id: { type: 'string', maxLength: 100 },
      },
    },
    product_code: { type: 'string', maxLength: 100 },
    channel: {
      type: 'string',
      minLength: 1,
      maxLength: 50,
      description: 'How the purchase was made, as online or in_store: rules may ask for it.',
    },
    paid_with_points: {
      oneOf: [
        { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,6})?$' },
        { type: 'number', minimum: 0 },
      ],
      description: 'For a purchase: what of `amount` was paid with points. It earns nothing.',
    },
    redemption_id: {
      type: 'string',
      format: 'uuid',
      description: 'For a purchase: the redemption of the member that paid for `paid_with_points`. A refund gives it back in proportion.',
    },
    redemption_reference: { type: 'string', minLength: 1, maxLength: 200, description: 'The same by the `reference` of the redemption.' },
    original_id: { type: 'string', minLength: 1, maxLength: 200, description: 'For a refund: the `id` of the purchase it refunds.' },
    metadata: { type: 'object', maxProperties: 50 },
  },
  allOf: [
    {
      if: { required: ['type'], properties: { type: { const: 'refund' } } },
      then: {
        required: ['original_id'],
        properties: { paid_with_points: false, redemption_id: false, redemption_reference: false },
      },
    },
    { not: { required: ['redemption_id', 'redemption_reference'] } },
  ],
};

/** A line as a fact about points. */
export function factOf(item: BatchItem, programId: string | undefined, source: Source): EarnFact | RefundFact {
  const { amount, currency, merchant, product_code, channel, paid_with_points } = item;
  const purchase = {
    amount,
    currency,
    ...(merchant && { merchant }),
    ...(product_code !== undefined && { product_code }),
    ...(channel !== undefined && { channel }),
    ...(paid_with_points !== undefined && { paid_with_points }),
  };
  const common = {
    member: { reference: item.member_reference },
    programId,
    source,
    reference: item.id,
    ...(item.occurred_at !== undefined && { occurredAt: new Date(item.occurred_at) }),
    ...(item.metadata && { metadata: item.metadata }),
  };
  if (item.type === 'refund') return { ...common, kind: 'refund', originalReference: item.original_id as string, purchase };
  const { redemption_id: id, redemption_reference: redemption } = item;
  const paidBy = id !== undefined ? { id } : redemption !== undefined ? { reference: redemption } : undefined;
  return { ...common, kind: 'earn', earned: { purchase }, ...(paidBy && { paidBy }), mayEnroll: true };
}
