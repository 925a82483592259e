import type { CardItem, OfferInput } from '@tallystick/offers';
import type { LoggedPurchase } from './purchase-log.js';

const DAY_MS = 86_400_000;
const MINUTE_S = 60;

/** The shops that the purchases of a log are made at, one for each way in which an offer may be limited; amounts in centavos. */
export const SHOPS = {
  /** By the purchase alone: what comes before or after it does not matter. */
  capped: {
    identifiers: { merchantIds: ['CAPPED-1'] },
    place: { merchant_id: 'CAPPED-1' },
    offer: { rateBps: 250, minAmount: 200n, capPerTransaction: 150n, ...funded(8_000, 2_000, 0), ...shared(6_000, 2_500, 1_500) },
  },
  monthly: {
    identifiers: { terminalIds: ['MONTHLY-T7'] },
    place: { terminal_id: 'MONTHLY-T7' },
    offer: { rateBps: 1_000, capPerPeriod: 500n, capPeriod: 'month' },
  },
  limited: {
    identifiers: { descriptors: ['CAFE LIMITADO CDMX'] },
    place: { descriptor: 'CAFE LIMITADO CDMX', mcc: '5812' },
    offer: { rateBps: 500, perUserLimit: 2, ...funded(0, 0, 10_000), ...shared(7_000, 2_000, 1_000) },
  },
  budgeted: {
    identifiers: { merchantIds: ['BUDGET-1'] },
    place: { merchant_id: 'BUDGET-1' },
    offer: { rateBps: 500, ...funded(10_000, 0, 0), ...shared(6_000, 2_500, 1_500) },
  },
  first: {
    identifiers: { merchantIds: ['FIRST-1'] },
    place: { merchant_id: 'FIRST-1' },
    offer: { kind: 'first_time', rateBps: 2_000, ...funded(0, 10_000, 0) },
  },
} satisfies Record<string, { identifiers: object; place: CardItem['merchant']; offer: Partial<OfferInput> }>;
export type Shop = keyof typeof SHOPS;
const NAMES = Object.keys(SHOPS) as Shop[];

function funded(merchant: number, institution: number, platform: number): Pick<OfferInput, 'fundedBy'> {
  return { fundedBy: { merchant, institution, platform } };
}
function shared(customer: number, institution: number, platform: number): Pick<OfferInput, 'shares'> {
  return { shares: { customer, institution, platform } };
}

/** A purchase of a log, and what is told of it in the end. */
export interface CardPurchase {
  readonly id: string;
  readonly shop: Shop;
  readonly customer: string;
  readonly day: string;
  readonly cents: number;
  /** What went back of it in sum. */
  readonly refunded: number;
}

/** A log as card transactions: its purchases, and what an institution tells of them, which may come in any order. */
export interface CardLog {
  readonly purchases: readonly CardPurchase[];
  readonly items: readonly CardItem[];
}

/** Makes card transactions of a log whose last day is set to `lastDay`: each settled at six in the evening in Mexico City, refunds days later. */
export function cardLog(log: readonly LoggedPurchase[], lastDay: number): CardLog {
  const last = log.reduce((latest, { day }) => (day > latest ? day : latest), '');
  const shift = lastDay - Date.parse(last) / DAY_MS;
  const purchases: CardPurchase[] = [];
  const items: CardItem[] = [];
  log.forEach(({ customer, day, cents }, index) => {
    const at = Date.parse(day) / DAY_MS + shift;
    // Customers have a favorite, or else none would come back.
    const shop = NAMES[(Number(customer) + (index % 4 === 0 ? 1 : 0)) % NAMES.length] as Shop;
    const { told, refunded } = tell({ id: `P${index}`, shop, customer, cents, at, style: index % 7 });
    items.push(...told);
    const date = new Date(at * DAY_MS).toISOString().slice(0, 10);
    if (cents > 0) purchases.push({ id: `P${index}`, shop, customer, day: date, cents, refunded });
  });
  return { purchases, items };
}

interface Sale {
  readonly id: string;
  readonly shop: Shop;
  readonly customer: string;
  readonly cents: number;
  /** In days since 1970. */
  readonly at: number;
  /** Which of the ways of card transactions it goes, where order does not matter. */
  readonly style: number;
}

/** What is told of one purchase: at once, authorized at another amount first, in parts, or taken back in part or whole. */
function tell({ id, shop, customer, cents, at, style }: Sale): { told: CardItem[]; refunded: number } {
  const noon = (at * DAY_MS) / 1_000 + 18 * 60 * MINUTE_S;
  const common = { member_reference: customer, currency: 'MXN', date: noon } as const;
  const settled = {
    ...common,
    id,
    type: 'purchase',
    status: 'settled',
    merchant: SHOPS[shop].place,
    settled_at: noon + 360 * MINUTE_S,
  } as const;
  const authorized = (amount: number) =>
    ({ ...common, id, type: 'purchase', status: 'approved', merchant: settled.merchant, amount: text(amount) }) as const;
  const refund = (part: number, amount: number): CardItem => ({
    ...{ ...common, id: `${id}-R${part}`, type: 'refund', status: 'settled', original_id: id, amount: text(amount) },
    ...{ date: noon + part * 1_440 * MINUTE_S, settled_at: noon + (part * 1_440 + 360) * MINUTE_S },
  });
  const whole: CardItem = { ...settled, amount: text(cents) };
  if (cents < 3 || !(shop === 'capped' || shop === 'budgeted')) return { told: [whole], refunded: 0 };
  if (shop === 'budgeted') return { told: style === 0 ? [authorized(cents), whole] : [whole], refunded: 0 };
  const third = Math.floor(cents / 3);
  switch (style) {
    case 0:
      return { told: [authorized(cents + third), whole], refunded: 0 };
    case 1:
      return {
        told: [
          { ...settled, amount: text(third) },
          { ...settled, part: 2, amount: text(cents - third) },
        ],
        refunded: 0,
      };
    case 2:
      return { told: [whole, refund(1, third), refund(2, third)], refunded: 2 * third };
    case 3:
      return { told: [whole, refund(1, cents)], refunded: cents };
    default:
      return { told: [whole], refunded: 0 };
  }
}

const text = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
