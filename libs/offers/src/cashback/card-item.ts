import { LARGEST_POSTING, Money, isCurrency } from '@tallystick/kernel';
import type { JsonSchema } from '@tallystick/platform';
import type { CardFact, MatchedMerchant } from './card-fact.js';
import type { CardDetails, CardReason } from './card-transaction.js';

/** The most card transactions in one batch (C5.7). */
export const LARGEST_CARD_BATCH = 5_000;

/** A card transaction as the caller sends it, after its schema was checked. */
export interface CardItem {
  readonly id: string;
  readonly type: 'purchase' | 'refund' | 'reversal';
  readonly status: 'approved' | 'settled';
  readonly member_reference: string;
  readonly amount: string | number;
  readonly currency: string;
  /** RFC 3339, or seconds since 1970. */
  readonly date: string | number;
  readonly settled_at?: string | number;
  readonly part?: number;
  readonly merchant?: {
    readonly descriptor?: string;
    readonly mcc?: string;
    readonly merchant_id?: string;
    readonly terminal_id?: string;
    readonly zipcode?: string;
  };
  readonly card?: { readonly bin?: string; readonly last4?: string };
  readonly authorization_code?: string;
  readonly original_id?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const text = (maxLength: number, description?: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength, description });
const moment = (description: string): JsonSchema => ({
  oneOf: [
    { type: 'string', format: 'date-time' },
    { type: 'integer', minimum: 0, maximum: 4_102_444_800 },
  ],
  description,
});

/** The shape of one item; checked by a compiled validator, as a list of thousands needs. The contract shows the same schema. */
export const CARD_ITEM_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'type', 'status', 'member_reference', 'amount', 'currency', 'date'],
  properties: {
    id: text(
      200,
      'Your own id: counted once for its source and type, whatever the batch. A purchase keeps it from `approved` to `settled`.',
    ),
    type: { type: 'string', enum: ['purchase', 'refund', 'reversal'] },
    status: {
      type: 'string',
      enum: ['approved', 'settled'],
      description: '`approved`: authorized, nothing moves yet. `settled`: cleared. A refund counts once it is settled.',
    },
    member_reference: text(200, 'Your pseudonym of the customer; who is new is enrolled.'),
    amount: {
      oneOf: [
        { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,6})?$' },
        { type: 'number', minimum: 0 },
      ],
      description: 'In the currency, above 0, exact: a decimal string, or a JSON number.',
    },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    date: moment('When the purchase, or the refund, was made: RFC 3339, or seconds since 1970.'),
    settled_at: moment('When it settled; when we learn of it where left out.'),
    part: {
      type: 'integer',
      minimum: 1,
      maximum: 999,
      description: 'Which part of a purchase that clears in several under one id; 1 when left out.',
    },
    merchant: {
      type: 'object',
      additionalProperties: false,
      properties: {
        descriptor: text(200),
        mcc: { type: 'string', pattern: '^\\d{4}$' },
        merchant_id: text(100),
        terminal_id: text(100),
        zipcode: text(20),
      },
    },
    card: {
      type: 'object',
      additionalProperties: false,
      properties: { bin: { type: 'string', pattern: '^\\d{6,8}$' }, last4: { type: 'string', pattern: '^\\d{4}$' } },
    },
    authorization_code: text(20),
    original_id: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 200,
      description: 'Of a refund or reversal: the `id` of the purchase. Of a clearing with an id of its own: the `id` of what it clears.',
    },
    metadata: { type: 'object', maxProperties: 20, description: 'Yours, up to 2,000 characters of JSON; no card numbers.' },
  },
};

/** Clocks of institutions may be ahead of ours by so much. */
const AHEAD_MS = 24 * 60 * 60 * 1_000;
const MOST_METADATA = 2_000;

/** What an item says, before its customer and its merchant are found. */
export type ReadItem =
  { readonly fact: (who: Who) => CardFact; readonly item: CardItem } | { readonly reason: CardReason; readonly message?: string };

/** The customer and the merchant of an item. */
export interface Who {
  readonly memberId: string;
  readonly memberActive: boolean;
  readonly merchant: MatchedMerchant;
}

/** Reads an item at its currency's exponent (C4.5), never rounding; a reason where it cannot be counted. */
export function readItem(item: CardItem, source: string, now: Date): ReadItem {
  const refused = (message: string): ReadItem => ({ reason: 'validation_error', message });
  if (!isCurrency(item.currency)) return refused('currency: Must be an ISO 4217 code.');
  const money = Money.parse(item.amount, item.currency);
  if (money === 'too_many_decimals') return refused('amount: Has more decimals than the currency.');
  if (money === 'not_a_number') return refused('amount: Must be a decimal number.');
  if (money.minor <= 0n || money.minor > LARGEST_POSTING) return refused('amount: Must be above 0, and at most 10^12 smallest units.');
  const occurredAt = momentOf(item.date);
  const settledAt = item.settled_at === undefined ? now : momentOf(item.settled_at);
  const latest = now.getTime() + AHEAD_MS;
  if (occurredAt.getTime() > latest || settledAt.getTime() > latest) return { reason: 'date_in_future' };
  const complaint = complaintOf(item);
  if (complaint) return refused(complaint);
  const { minor: amount } = money;
  // Made when it is asked for: of a long list only a part is at work at once.
  const told = () => ({ source, reference: item.id, currency: item.currency, amount, occurredAt, details: detailsOf(item) });
  const original = item.original_id ?? null;
  if (item.type !== 'purchase')
    return {
      item,
      fact: ({ memberId, memberActive }) => ({
        ...{ ...told(), memberId, memberActive, settledAt },
        ...{ kind: item.type as 'refund' | 'reversal', stage: item.status, originalReference: original as string },
      }),
    };
  if (item.status === 'approved') return { item, fact: (who) => ({ ...told(), ...who, kind: 'authorization' }) };
  const clearing = { kind: 'clearing', part: item.part ?? 1, originalReference: original, settledAt } as const;
  return { item, fact: (who) => ({ ...told(), ...who, ...clearing }) };
}

const momentOf = (date: string | number): Date => new Date(typeof date === 'number' ? date * 1_000 : date);

const detailsOf = ({ merchant, card, authorization_code, metadata }: CardItem): CardDetails => ({
  descriptor: merchant?.descriptor ?? null,
  mcc: merchant?.mcc ?? null,
  networkMerchantId: merchant?.merchant_id ?? null,
  terminalId: merchant?.terminal_id ?? null,
  zipcode: merchant?.zipcode ?? null,
  bin: card?.bin ?? null,
  last4: card?.last4 ?? null,
  authorizationCode: authorization_code ?? null,
  metadata: metadata ?? null,
});

/** What does not go together, or is not kept. */
function complaintOf({ type, status, part, settled_at, original_id, metadata, merchant }: CardItem): string | undefined {
  const clears = type === 'purchase' && status === 'settled';
  const original = original_id ?? null;
  if (type !== 'purchase' && original === null) return 'original_id: Must name the purchase.';
  if (type === 'purchase' && !clears && original !== null) return 'original_id: A purchase that is authorized has none.';
  if (part !== undefined && !clears) return 'part: Only what is settled of a purchase has parts.';
  if (settled_at !== undefined && status === 'approved') return 'settled_at: What is only approved has not settled.';
  if (merchant?.descriptor !== undefined && hasCardNumber(merchant.descriptor)) return 'merchant.descriptor: Must not hold a card number.';
  if (metadata === undefined) return undefined;
  const json = JSON.stringify(metadata);
  if (json.length > MOST_METADATA) return `metadata: Must be at most ${MOST_METADATA} characters of JSON.`;
  return hasCardNumber(json) ? 'metadata: Must not hold a card number.' : undefined;
}

/** Whether a text has in it what looks like the number of a card: 13 to 19 digits, of a card scheme, whose check digit is right. */
export function hasCardNumber(text: string): boolean {
  for (const [found] of text.matchAll(/(?<!\d)[2-6](?:[ -]?\d){12,18}(?!\d)/g)) if (passesLuhn(found.replace(/\D/g, ''))) return true;
  return false;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
