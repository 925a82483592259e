export const COINS_CONFIG = {
  schema: {
    type: 'object',
    properties: {
      coinConfigId: { type: 'string', pattern: '^WCC[0-9A-Z]+$', example: 'WCC12345' },
      configuration: { type: 'string', enum: ['DEFAULT', 'CUSTOM'] },
      companyId: { type: 'string', description: 'Of a CUSTOM configuration.', example: 'CEK0TCW2W8' },
      event: { type: 'string', example: 'REFERRAL_EVENT' },
      amount: { type: 'integer', minimum: 1, example: 50 },
    },
    required: ['coinConfigId', 'configuration', 'event', 'amount'],
    additionalProperties: false,
  },
} as const;
