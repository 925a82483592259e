import { defineEvent, type JsonSchema } from '@tallystick/platform';
import type { PayoutTotal, WindowTotal } from './window.js';

const text: JsonSchema = { type: 'string' };
const uuid: JsonSchema = { type: 'string', format: 'uuid' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const money: JsonSchema = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', example: '10.00' };
const moment: JsonSchema = { type: 'string', format: 'date-time' };
const hash: JsonSchema = {
  type: 'string',
  pattern: '^[0-9a-f]{64}$',
  example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

const closed = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** What the bodies of the REWORTH callbacks have in common; theirs alone are in camel case, as that system has them. */
interface ReportHead {
  readonly event: string;
  readonly id: string;
  /** Of the tenant's bodies, one after the other: order of delivery is not promised. */
  readonly sequence: number;
  readonly windowId: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly refreshRate: 0 | 1;
  readonly part: number;
  readonly parts: number;
  readonly currency: string;
  readonly previousHash: string;
  readonly hash: string;
}

const head = (event: string): Record<string, JsonSchema> => ({
  event: { const: event },
  id: uuid,
  sequence: { type: 'integer', minimum: 1 },
  windowId: text,
  period: closed({ from: moment, to: moment }),
  refreshRate: { enum: [0, 1] },
  part: { type: 'integer', minimum: 1 },
  parts: { type: 'integer', minimum: 1 },
  currency: text,
  previousHash: hash,
  hash,
});

/** A line of cashback, by the institution's own ids. */
export interface DispersionLine {
  readonly id: string;
  readonly uuid: string;
  readonly cashback: string;
  readonly currency: string;
  readonly status: 'conciliated' | 'reversed';
  readonly offer: { readonly id: string; readonly name: string; readonly quickType: 'first_time' | 'recurring' };
  readonly adjustment: boolean;
  readonly originalWindowId: string | null;
}

/** What a customer is to be given, after what was still owed was set off. */
export interface DispersionPayout {
  readonly uuid: string;
  readonly earned: string;
  readonly broughtForward: string;
  readonly payout: string;
  readonly carriedForward: string;
}

interface ReportTotals {
  readonly count: number;
  readonly cashback: string;
  readonly commission: string;
  readonly adjustments: string;
}

const totals: Record<string, JsonSchema> = { count, cashback: money, commission: money, adjustments: money };

export interface DispersionData extends ReportHead {
  readonly data: readonly DispersionLine[];
  readonly payouts: readonly DispersionPayout[];
  /** Of the window in this currency, whatever the part. */
  readonly totals: ReportTotals & { readonly payout: string };
}

export const RedemptionDispersion = defineEvent<DispersionData>({
  name: 'redemption.dispersion',
  summary: 'A window closed: the cashback of its purchases, and what each customer is to be given. At most 1,000 lines in a part.',
  schema: closed({
    ...head('redemption.dispersion'),
    data: {
      type: 'array',
      maxItems: 1_000,
      items: closed({
        id: text,
        uuid: text,
        cashback: money,
        currency: text,
        status: { enum: ['conciliated', 'reversed'] },
        offer: closed({ id: uuid, name: text, quickType: { enum: ['first_time', 'recurring'] } }),
        adjustment: { type: 'boolean' },
        originalWindowId: { type: ['string', 'null'] },
      }),
    },
    payouts: {
      type: 'array',
      maxItems: 1_000,
      items: closed({ uuid: text, earned: money, broughtForward: money, payout: money, carriedForward: money }),
    },
    totals: closed({ ...totals, payout: money }),
  }),
});

/** What an offer of a merchant cost and brought in, in a window. */
export interface CommissionLine {
  readonly merchantId: string;
  readonly merchant: string;
  readonly offerId: string;
  readonly offer: string;
  readonly count: number;
  readonly amount: string;
  readonly charge: string;
  readonly cashback: string;
  readonly commission: string;
  readonly institutionPart: string;
  readonly platformPart: string;
  readonly fundedByMerchant: string;
  readonly fundedByInstitution: string;
  readonly fundedByPlatform: string;
  /** Of the commission, what belongs to windows that had closed. */
  readonly adjustments: string;
}

export interface CommissionData extends ReportHead {
  readonly data: readonly CommissionLine[];
  readonly totals: ReportTotals & { readonly charge: string };
}

export const CommissionReport = defineEvent<CommissionData>({
  name: 'commission.report',
  summary: 'A window closed: its commission by merchant and offer, payable from now on. At most 1,000 lines in a part.',
  schema: closed({
    ...head('commission.report'),
    data: {
      type: 'array',
      maxItems: 1_000,
      items: closed({
        merchantId: uuid,
        merchant: text,
        offerId: uuid,
        offer: text,
        count,
        amount: money,
        charge: money,
        cashback: money,
        commission: money,
        institutionPart: money,
        platformPart: money,
        fundedByMerchant: money,
        fundedByInstitution: money,
        fundedByPlatform: money,
        adjustments: money,
      }),
    },
    totals: closed({ ...totals, charge: money }),
  }),
});

export interface WindowClosedData {
  readonly id: string;
  readonly sequence: number;
  readonly window_id: string;
  readonly number: number;
  readonly refresh_rate: 0 | 1;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly lines: number;
  readonly totals: readonly WindowTotal[];
  readonly payout_totals: readonly PayoutTotal[];
  readonly previous_hash: string;
  readonly hash: string;
}

export const ConciliationWindowClosed = defineEvent<WindowClosedData>({
  name: 'conciliation.window_closed',
  summary: 'A window closed for good: its control totals and its place in the chain.',
  schema: closed({
    id: uuid,
    sequence: { type: 'integer', minimum: 1 },
    window_id: text,
    number: { type: 'integer', minimum: 1 },
    refresh_rate: { enum: [0, 1] },
    starts_at: moment,
    ends_at: moment,
    lines: count,
    totals: {
      type: 'array',
      items: closed({
        currency: text,
        state: { enum: ['conciliated', 'reversed', 'adjustment'] },
        count,
        amount: money,
        cashback: money,
        charge: money,
        institution_part: money,
        platform_part: money,
      }),
    },
    payout_totals: {
      type: 'array',
      items: closed({ currency: text, count, earned: money, brought_forward: money, payout: money, carried_forward: money }),
    },
    previous_hash: hash,
    hash,
  }),
});
