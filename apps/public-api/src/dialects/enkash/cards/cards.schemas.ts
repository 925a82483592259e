const object = (properties: Record<string, object>): Record<string, object> =>
  ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false }) as unknown as Record<string, object>;
const text = (example: string): object => ({ type: 'string', example });
const nullable = (example: string): object => ({ type: ['string', 'null'], example });
const points = { type: 'number', example: 250 };

const LOADED = {
  enKashCardId: text('EKC55J2V9Q'),
  enkashCardTxnId: text('10000042'),
  pgReferenceNumber: text('REF1234567'),
  otbBalance: { type: 'number', description: 'What is on the card after it.', example: 250 },
  maskedNumber: text('XXXX XXXX XXXX 8867'),
};

export const ALLOCATION = { schema: object(LOADED) };

export const BULK = {
  schema: object({
    results: {
      type: 'array',
      items: object({
        uniqueReferenceNumber: nullable('REF1234567'),
        code: { type: 'integer', enum: [0, 1] },
        message: text('Success'),
        payload: { oneOf: [object(LOADED), { type: 'string' }] },
      }),
    },
  }),
};

export const CARD_ACCOUNT = {
  schema: object({
    cardAccountId: text('CAQ7ZKX41M'),
    companyId: text('CEK0TCW2W8'),
    companyName: nullable('Example Traders'),
    balance: { type: 'number', description: 'What is on all its cards.', example: 1250 },
    cardCount: { type: 'integer', example: 5 },
    program: text('Everyday points'),
    status: { type: 'string', const: 'ACTIVE' },
    createdOn: { type: 'string', format: 'date-time' },
  }),
};

export const USERS = {
  schema: {
    type: 'array',
    items: object({
      ekUserId: text('EKQZVMQK'),
      companyId: text('CEK0TCW2W8'),
      cardAccountId: text('CAQ7ZKX41M'),
      name: nullable('Ms Asha Rao'),
      email: nullable('asha@example.com'),
      mobile: nullable('+919800000001'),
      status: text('ACTIVE'),
      cards: {
        type: 'array',
        items: object({ enKashCardId: text('EKC55J2V9Q'), maskedNumber: text('XXXX XXXX XXXX 8867'), otbBalance: points }),
      },
    }),
  },
};

export const TRANSACTIONS = {
  schema: {
    type: 'array',
    items: object({
      enkashCardTxnId: text('10000042'),
      enKashCardId: text('EKC55J2V9Q'),
      cardAccountId: text('CAQ7ZKX41M'),
      companyId: text('CEK0TCW2W8'),
      ekUserId: text('EKQZVMQK'),
      cardTransactionType: { type: 'string', enum: ['CR', 'DR'] },
      transactionCode: text('ALLOCATION'),
      amount: points,
      balance: points,
      pgReferenceNumber: nullable('REF1234567'),
      description: nullable('Points put on the card'),
      status: { type: 'string', const: 'SUCCESS' },
      txnDate: { type: 'string', format: 'date-time' },
    }),
  },
};

export const SSO = { schema: object({ access_token: text('eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl') }) };
