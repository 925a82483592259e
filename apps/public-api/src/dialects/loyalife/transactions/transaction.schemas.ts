/** The answer of a batch that was taken in. */
export const QUEUED_ANSWER = {
  type: 'object',
  properties: {
    batch_id: { type: 'string', format: 'uuid' },
    message: { type: 'string', const: 'Transactions queued successfully' },
    total_transactions: { type: 'integer', minimum: 1, example: 1 },
    transactions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          member_relation_reference: { type: ['string', 'null'], example: 'C08409803' },
          transaction_id: { type: ['string', 'null'], example: 'TXN-2026-000123' },
          transaction_type: { type: ['string', 'null'], example: 'DR' },
          request_id: { type: 'string', format: 'uuid', description: 'Names the line when the batch is polled.' },
        },
        required: ['member_relation_reference', 'transaction_id', 'transaction_type', 'request_id'],
        additionalProperties: false,
      },
    },
  },
  required: ['batch_id', 'message', 'total_transactions', 'transactions'],
  additionalProperties: false,
};

export const LINE_STATUSES = ['SUCCESS', 'FAILED', 'ON HOLD', 'PARTIAL HOLD', 'PENDING'] as const;

const COUNTS = ['total', 'success', 'failed', 'pending', 'on_hold', 'partial_hold'];

/** The state of a batch. */
export const BATCH_ANSWER = {
  type: 'object',
  properties: {
    batch_id: { type: 'string', format: 'uuid' },
    summary: {
      type: 'object',
      properties: Object.fromEntries(COUNTS.map((name) => [name, { type: 'integer', minimum: 0 }])),
      required: COUNTS,
      additionalProperties: false,
    },
    results: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          request_id: { type: 'string', format: 'uuid' },
          status: {
            type: 'string',
            enum: LINE_STATUSES,
            description:
              'ON HOLD: counted, but none of the points can be spent now: they are pending, or all reserved by holds. PARTIAL HOLD: some of ' +
              'them are reserved. PENDING: not counted yet, or a return that waits for its purchase.',
          },
          points: { type: 'number', description: 'Below 0 for a return.', example: 12 },
          message: { type: 'string', example: 'Success' },
          error: { type: 'string', description: 'The code of the refusal.', example: '103' },
        },
        required: ['request_id', 'status', 'message'],
        additionalProperties: false,
      },
    },
  },
  required: ['batch_id', 'summary', 'results'],
  additionalProperties: false,
};

/** The list that a batch is. */
export const BATCH_REQUEST = {
  type: 'array',
  minItems: 1,
  maxItems: 5_000,
  items: { $ref: '#/components/schemas/LoyalifeTransactionDto' },
};
