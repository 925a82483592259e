import { HEX_SCHEMA } from './gafapay.ids.js';

const object = (properties: Record<string, object>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const number = { type: 'number', example: 10 };
const nullable = { type: ['number', 'null'], example: null };
const seconds = { type: 'integer', example: 1_757_769_454 };
const listed = (name: string, item: object): { schema: Record<string, object> } => ({
  schema: object({ [name]: { type: 'array', items: item } }) as Record<string, object>,
});
const one = (properties: Record<string, object>): { schema: Record<string, object> } => ({
  schema: object(properties) as Record<string, object>,
});

export const CONFIGS = listed(
  'points_redeem_configs',
  object({
    id: HEX_SCHEMA,
    user_type: { type: 'integer', enum: [2, 3, 5] },
    no_of_points: number,
    redeem_type: { type: 'integer', enum: [1], description: '1: cashback.' },
    points_value: number,
    voucher_details: { type: 'null' },
    min_points_to_redeem: nullable,
    max_points_to_redeem: nullable,
    redeem_cycle: { type: 'integer', enum: [1, 2, 3, 4], description: '1 daily, 2 weekly, 3 monthly, 4 yearly.' },
    currency_id: HEX_SCHEMA,
    is_active: { type: 'boolean' },
  }),
);

export const USER_POINTS = one({
  user_points: object({
    id: HEX_SCHEMA,
    user_id: HEX_SCHEMA,
    user_type: { type: 'integer', enum: [2, 3, 5] },
    points: number,
    currency_id: HEX_SCHEMA,
  }),
});

export const DETAILS = listed(
  'user_points_details',
  object({
    id: HEX_SCHEMA,
    user_id: HEX_SCHEMA,
    points: { type: 'number', description: 'Below 0 where points left.', example: 10 },
    transaction_id: HEX_SCHEMA,
    reward_program_id: HEX_SCHEMA,
    referral_program_id: { type: 'null' },
    description: { type: 'string' },
    currency_id: HEX_SCHEMA,
    created_date: seconds,
  }),
);

export const REDEEMED = listed(
  'user_points_redeem',
  object({
    id: HEX_SCHEMA,
    user_id: HEX_SCHEMA,
    points: number,
    transaction_id: HEX_SCHEMA,
    amount: number,
    description: { type: 'string' },
    currency_id: HEX_SCHEMA,
    created_date: seconds,
  }),
);

export const REDEMPTION = one({
  message: { type: 'string', const: 'REWARD_PROMOTION_REWARD_POINTS_REDEEM_SUCCESS' },
  redeem_points_detail: object({
    points: number,
    amount: number,
    txn_id: HEX_SCHEMA,
    txn_number: { type: 'string', pattern: '^\\d{8,}$', example: '68623672' },
  }),
});
