import type { JsonSchema } from '@tallystick/platform';
import { answerOf } from '../reworth.envelope.js';

const object = (properties: Readonly<Record<string, JsonSchema>>, more: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const orNull = (schema: JsonSchema): JsonSchema => ({ ...schema, type: [schema.type, 'null'] });
const text = (maxLength: number, example: string, description?: string): JsonSchema => ({
  type: 'string',
  maxLength,
  example,
  description,
});

const LINE = object({
  id: orNull(text(200, 'FI-TXN-0001', 'As sent; null where it could not be read.')),
  transactionId: orNull({ type: 'string', format: 'uuid', description: 'Ours; of a duplicate that of the transaction that was counted.' }),
  uuid: orNull(text(255, 'C08409803')),
  status: { type: 'string', enum: ['rewarded', 'no_offer', 'duplicate', 'rejected', 'pending_match'] },
  reason: orNull(text(100, 'below_minimum', 'Why there is no reward, or a smaller one.')),
  message: orNull(text(2_000, 'The purchase is below the minimum of the offer.')),
  offer: orNull(object({ name: text(200, 'Five per cent back'), quickType: { type: 'string', enum: ['first_time', 'recurring'] } })),
  cashback: { type: 'number', description: "The customer's, in `currency`; below 0 for what a refund took back.", example: 12.53 },
  currency: orNull(text(3, 'MXN')),
  cashback_decimal: orNull({ type: 'number', description: 'The rate; null for a fixed amount.', example: 0.05 }),
  dv_cashback: orNull(text(50, '5%', 'Ready to display.')),
  commission: { type: 'number', description: "The institution's part.", example: 5.22 },
  conciliation: orNull(
    object({
      status: { type: 'string', enum: ['pending', 'scheduled', 'conciliated', 'dispersed', 'reversed'] },
      windowId: orNull(text(200, 'W-2026-47-demo')),
      expectedAt: orNull({ type: 'string', format: 'date-time' }),
    }),
  ),
});

const LINES: JsonSchema = { type: 'array', minItems: 1, maxItems: 5_000, items: LINE };
const ALREADY = { message: { type: 'string', const: 'This requestId has already been processed' } };

/** A batch when it is posted: with the number of its transactions, or as one that was posted before. */
export const POSTED = answerOf(LINES, {
  before: {
    processedTransactions: { type: 'integer', minimum: 1, maximum: 5_000, example: 1 },
    requestId: { type: ['string', 'integer'], maxLength: 200, description: 'As sent.', example: 1644474347 },
  },
  instead: ALREADY,
});

/** A batch when it is read. */
export const PROCESSED = answerOf(LINES, { before: ALREADY });
