import type { JsonSchema } from '@tallystick/platform';

const text = (example: string | null, more: object = {}): JsonSchema => ({ type: 'string', maxLength: 320, example, ...more });

const CONTACT: JsonSchema = {
  type: 'object',
  properties: {
    name: text('Asha Rao'),
    email: text('asha@bank.example', { format: 'email' }),
    phone: text('+525512345678', { type: ['string', 'null'] }),
  },
  required: ['name', 'email', 'phone'],
  additionalProperties: false,
};

/** An institution's profile; `contact` is left out on demand. */
export const PROFILE: JsonSchema = {
  type: 'object',
  properties: {
    _id: { type: 'string', format: 'uuid' },
    fiid: text('demo', { description: 'By which the public directory names it.' }),
    name: text('Demo Bank'),
    legalName: text('Demo Bank S.A.', { type: ['string', 'null'] }),
    status: { type: 'string', const: 'approved' },
    country: text('MX', { description: 'ISO 3166-1 alpha-2.' }),
    timezone: text('America/Mexico_City', { description: 'Of its days, and of the times in messages.' }),
    currency: text('MXN'),
    refreshRate: { type: 'integer', enum: [0, 1], description: '0 weekly, 1 daily conciliation.', example: 0 },
    created: { type: 'integer', minimum: 0, description: 'Seconds since 1970.', example: 1644474347 },
    contact: CONTACT,
  },
  required: ['_id', 'fiid', 'name', 'legalName', 'status', 'country', 'timezone', 'currency', 'refreshRate', 'created'],
  additionalProperties: false,
};
