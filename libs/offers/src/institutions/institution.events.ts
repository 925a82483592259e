import { defineEvent, type JsonSchema } from '@tallystick/platform';

/** Amounts are decimal text in the currency of their line, hashes SHA-256 in hex. */
interface WindowReport<Line> {
  readonly event: string;
  /** Of the report: the same for every delivery of it. */
  readonly id: string;
  readonly windowId: string;
  readonly period: { readonly from: string; readonly to: string };
  /** 0 weekly, 1 daily. */
  readonly refreshRate: 0 | 1;
  readonly data: readonly Line[];
  readonly totals: WindowTotals;
  readonly previousHash: string | null;
  readonly hash: string;
}

/** What a window sums up to, by currency where there are several. */
export interface WindowTotals {
  readonly count: number;
  readonly cashback: unknown;
  readonly commission: unknown;
  readonly adjustments: unknown;
}

/** The cashback of one card transaction in a closed window. */
export interface DispersedLine {
  /** Of the card transaction, as the institution sent it. */
  readonly id: string;
  /** The customer, as the institution calls them. */
  readonly uuid: string;
  readonly cashback: string;
  readonly currency: string;
  readonly status: string;
  readonly offer: { readonly name: string; readonly quickType: string } | null;
}

/** What an institution gets of one offer in a closed window. */
export interface CommissionLine {
  readonly merchant: string;
  readonly offer: string;
  readonly count: number;
  readonly commission: string;
  readonly adjustments: string;
  readonly currency: string;
}

const TEXT: JsonSchema = { type: 'string', maxLength: 255 };
const object = (properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
});

const report = (line: JsonSchema): JsonSchema =>
  object({
    event: TEXT,
    id: TEXT,
    windowId: TEXT,
    period: object({ from: { type: 'string', format: 'date-time' }, to: { type: 'string', format: 'date-time' } }),
    refreshRate: { type: 'integer', enum: [0, 1] },
    data: { type: 'array', items: line },
    totals: object({ count: { type: 'integer', minimum: 0 }, cashback: {}, commission: {}, adjustments: {} }),
    previousHash: { type: ['string', 'null'], maxLength: 64 },
    hash: { type: 'string', maxLength: 64 },
  });

/** What an institution pays out to its customers, when a window has closed: the callback of `POST /reworth/v1/webhook/redemptions` (A.2.5). */
export const RedemptionDispersion = defineEvent<WindowReport<DispersedLine>>({
  name: 'redemption.dispersion',
  summary: 'A window of conciliation has closed: what is to be paid out to which customer.',
  schema: report(
    object({
      id: TEXT,
      uuid: TEXT,
      cashback: TEXT,
      currency: TEXT,
      status: TEXT,
      offer: { ...object({ name: TEXT, quickType: TEXT }), type: ['object', 'null'] },
    }),
  ),
});

/** What an institution gets itself, when a window has closed: the callback of `POST /reworth/v1/webhook/commissions` (A.2.5). */
export const CommissionReport = defineEvent<WindowReport<CommissionLine>>({
  name: 'commission.report',
  summary: "A window of conciliation has closed: the institution's commission by merchant and offer.",
  schema: report(
    object({ merchant: TEXT, offer: TEXT, count: { type: 'integer', minimum: 0 }, commission: TEXT, adjustments: TEXT, currency: TEXT }),
  ),
});
