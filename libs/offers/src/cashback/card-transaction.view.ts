import { Money } from '@tallystick/kernel';
import { REASONS, type CardReason, type CardTransaction, type CardVerdict, type RewardState } from './card-transaction.js';

/** An amount of a currency, exact. */
export interface ShownMoney {
  readonly amount: string;
  readonly currency: string;
}

/** The offer that a purchase was rewarded by. */
export interface ShownOffer {
  readonly id: string;
  readonly reference: string;
  readonly name: string;
  readonly kind: 'first_time' | 'recurring';
  readonly version: number;
  /** Null where the reward is a fixed amount. */
  readonly rate_bps: number | null;
}

/** How far the money has come: the window that closes over it, and when it is expected to arrive. */
export interface Conciliation {
  readonly status: RewardState;
  readonly window_id: string | null;
  readonly expected_at: string | null;
}

/** A card transaction as both APIs show it; of a refund what it took back is below 0. */
export interface ShownCardTransaction {
  readonly id: string;
  readonly source: string;
  /** The institution's own id. */
  readonly reference: string;
  readonly original_reference: string | null;
  readonly purchase_id: string | null;
  readonly type: CardTransaction['type'];
  readonly status: CardTransaction['status'];
  readonly member_id: string;
  readonly member_reference: string;
  readonly amount: ShownMoney;
  readonly cleared: ShownMoney;
  readonly refunded: ShownMoney;
  readonly occurred_at: string;
  readonly settled_at: string | null;
  readonly recorded_at: string;
  readonly merchant: {
    readonly id: string | null;
    readonly name: string | null;
    readonly matched_by: CardTransaction['matchedBy'];
    readonly descriptor: string | null;
    readonly mcc: string | null;
    readonly merchant_id: string | null;
    readonly terminal_id: string | null;
    readonly zipcode: string | null;
  };
  readonly card: { readonly bin: string | null; readonly last4: string | null };
  readonly authorization_code: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly verdict: CardVerdict;
  readonly reason: CardReason | null;
  readonly message: string | null;
  readonly offer: ShownOffer | null;
  readonly cashback: ShownMoney;
  /** What the funders pay: the cashback and the parts of the institution and the platform. */
  readonly charge: ShownMoney | null;
  readonly institution_part: ShownMoney | null;
  readonly platform_part: ShownMoney | null;
  readonly conciliation: Conciliation | null;
}

/** What a line of a batch shows of its card transaction. */
export interface CardLineRow {
  id: string;
  type: CardTransaction['type'];
  member_id: string;
  member_reference: string;
  currency: string;
  verdict: CardVerdict;
  reason: CardReason | null;
  offer_id: string | null;
  offer_version: number | null;
  offer_reference: string | null;
  offer_name: string | null;
  offer_kind: 'first_time' | 'recurring' | null;
  rate_bps: number | null;
  reward_state: RewardState | null;
  cashback: string;
  charge: string;
  institution_part: string;
  settled_at: Date | null;
  window_id: string | null;
  expected_at: Date | null;
}

/** A row of the statement `SHOWN_COLUMNS` selects. */
export interface ShownRow extends CardLineRow {
  source: string;
  reference: string;
  original_reference: string | null;
  purchase_id: string | null;
  status: CardTransaction['status'];
  amount: string;
  cleared: string;
  refunded: string;
  occurred_at: Date;
  recorded_at: Date;
  descriptor: string | null;
  mcc: string | null;
  network_merchant_id: string | null;
  terminal_id: string | null;
  zipcode: string | null;
  bin: string | null;
  last4: string | null;
  authorization_code: string | null;
  metadata: Record<string, unknown> | null;
  merchant_id: string | null;
  merchant_name: string | null;
  matched_by: CardTransaction['matchedBy'];
  platform_part: string;
}

/** The columns of `CardLineRow`, of a transaction `t` with its member `b` and offer `o`. */
export const CARD_LINE_COLUMNS = `t.id, t.type, t.member_id, b.reference as member_reference, t.currency, t.verdict, t.reason, t.offer_id, t.offer_version,
  o.reference as offer_reference, o.name as offer_name, o.kind as offer_kind, o.rate_bps, t.reward_state, t.cashback, t.charge, t.institution_part,
  t.settled_at, t.window_id, t.expected_at`;

/** The columns of `ShownRow`, of a transaction `t` with its member `b`, merchant `m` and offer `o`. */
export const SHOWN_COLUMNS = `t.id, t.source, t.type, t.reference, t.original_reference, t.purchase_id, t.member_id, b.reference as member_reference,
  t.status, t.currency, t.amount, t.cleared, t.refunded, t.occurred_at, t.settled_at, t.recorded_at, t.descriptor, t.mcc, t.network_merchant_id,
  t.terminal_id, t.zipcode, t.bin, t.last4, t.authorization_code, t.metadata, t.merchant_id, m.name as merchant_name, t.matched_by, t.verdict,
  t.reason, t.offer_id, t.offer_version, o.reference as offer_reference, o.name as offer_name, o.kind as offer_kind, o.rate_bps,
  t.reward_state, t.cashback, t.charge, t.institution_part, t.platform_part, t.window_id, t.expected_at`;

/** Joins what `SHOWN_COLUMNS` names to a transaction `t`. */
export const SHOWN_JOINS = `join member b on b.tenant_id = t.tenant_id and b.id = t.member_id
  left join merchant m on m.tenant_id = t.tenant_id and m.id = t.merchant_id
  left join offer o on o.tenant_id = t.tenant_id and o.id = t.offer_id`;

export const shownMoney = (units: string, currency: string): ShownMoney => ({
  amount: Money.of(BigInt(units), currency).toString(),
  currency,
});

export const showCardTransaction = (row: ShownRow): ShownCardTransaction => ({
  id: row.id,
  source: row.source,
  reference: row.reference,
  original_reference: row.original_reference,
  purchase_id: row.purchase_id,
  type: row.type,
  status: row.status,
  member_id: row.member_id,
  member_reference: row.member_reference,
  amount: shownMoney(row.amount, row.currency),
  cleared: shownMoney(row.cleared, row.currency),
  refunded: shownMoney(row.refunded, row.currency),
  occurred_at: row.occurred_at.toISOString(),
  settled_at: row.settled_at?.toISOString() ?? null,
  recorded_at: row.recorded_at.toISOString(),
  merchant: {
    id: row.merchant_id,
    name: row.merchant_name,
    matched_by: row.matched_by,
    descriptor: row.descriptor,
    mcc: row.mcc,
    merchant_id: row.network_merchant_id,
    terminal_id: row.terminal_id,
    zipcode: row.zipcode,
  },
  card: { bin: row.bin, last4: row.last4 },
  authorization_code: row.authorization_code,
  metadata: row.metadata,
  verdict: row.verdict,
  reason: row.reason,
  message: row.reason && REASONS[row.reason],
  offer: showOffer(row),
  cashback: shownMoney(row.cashback, row.currency),
  charge: shownMoney(row.charge, row.currency),
  institution_part: shownMoney(row.institution_part, row.currency),
  platform_part: shownMoney(row.platform_part, row.currency),
  conciliation: showConciliation(row),
});

/** What the member themselves sees: not what funders pay and who else gets of it, nor what the institution writes beside it. */
export const forMember = (shown: ShownCardTransaction): ShownCardTransaction => ({
  ...shown,
  authorization_code: null,
  metadata: null,
  charge: null,
  institution_part: null,
  platform_part: null,
});

export const showOffer = (row: CardLineRow): ShownOffer | null =>
  row.offer_id === null
    ? null
    : {
        id: row.offer_id,
        reference: row.offer_reference as string,
        name: row.offer_name as string,
        kind: row.offer_kind as ShownOffer['kind'],
        version: row.offer_version as number,
        rate_bps: row.rate_bps,
      };

export const showConciliation = ({ reward_state, window_id, expected_at }: CardLineRow): Conciliation | null =>
  reward_state === null ? null : { status: reward_state, window_id, expected_at: expected_at?.toISOString() ?? null };
