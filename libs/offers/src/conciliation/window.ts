import { fingerprint, Money } from '@tallystick/kernel';
import type { WindowRate } from './calendar.policy.js';

/** `open`: things settle into it. `blocked`: it has ended and does not add up. Then closed for good, and its money on the way or handed on. */
export const WINDOW_STATES = ['open', 'blocked', 'closed', 'dispersing', 'dispersed'] as const;
export type WindowState = (typeof WINDOW_STATES)[number];

/** What a line is: a reward, what was taken back of one in the same window, or what belongs to a window that had closed (C6.3). */
export const LINE_STATES = ['conciliated', 'reversed', 'adjustment'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** Commission exists on settled items alone: owed from the close of their window on, then paid (C6.5). */
export const COMMISSION_STATES = ['accrued', 'payable', 'dispersed'] as const;
export type CommissionState = (typeof COMMISSION_STATES)[number];

/** The hash before the first window. */
export const CHAIN_BEGINNING = '0'.repeat(64);

/** Lines of a currency in a state, summed up; amounts are decimal strings of the currency. */
export interface WindowTotal {
  readonly currency: string;
  readonly state: LineState;
  readonly count: number;
  readonly amount: string;
  readonly cashback: string;
  readonly charge: string;
  readonly institution_part: string;
  readonly platform_part: string;
}

/** What a window pays in a currency: what was earned and what is still owed from before, less what is carried on. */
export interface PayoutTotal {
  readonly currency: string;
  readonly count: number;
  readonly earned: string;
  readonly brought_forward: string;
  readonly payout: string;
  readonly carried_forward: string;
}

/** Two sums that should be one: why a window stays open past its end. */
export interface ControlDifference {
  /** What the lines were held against. */
  readonly control: 'movements' | 'ledger' | 'card_transactions';
  readonly currency: string;
  readonly expected: string;
  readonly found: string;
}

/** What a closed window is sealed over: all of it, by the hashes of its lists, and the window before. */
export interface WindowSeal {
  readonly id: string;
  readonly number: number;
  readonly refresh_rate: WindowRate;
  readonly zone: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly previous_hash: string;
  readonly lines: number;
  readonly lines_hash: string;
  readonly payouts: number;
  readonly payouts_hash: string;
  readonly totals: readonly WindowTotal[];
  readonly payout_totals: readonly PayoutTotal[];
}

/** A row of the table; what is null is known from its close on. */
export interface WindowRow {
  readonly id: string;
  readonly number: number;
  readonly state: WindowState;
  readonly rate: WindowRate;
  readonly zone: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly lastDay: string;
  readonly previousHash: string;
  readonly problem: readonly ControlDifference[] | null;
  readonly lines: number | null;
  readonly payouts: number | null;
  readonly totals: readonly WindowTotal[] | null;
  readonly payoutTotals: readonly PayoutTotal[] | null;
  readonly linesHash: string | null;
  readonly payoutsHash: string | null;
  readonly hash: string | null;
  readonly closedAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly confirmedBy: string | null;
  readonly payoutsDone: number;
  /** Lines whose card transactions were marked as conciliated, and as dispersed. */
  readonly linesConciliated: number;
  readonly linesDispersed: number;
  readonly dispersedAt: Date | null;
}

/** The columns of a row of the table `w`, named as its fields are. */
export const WINDOW_COLUMNS = `w.id, w.number, w.state, w.refresh_rate as rate, w.zone, w.starts_at as "startsAt", w.ends_at as "endsAt",
  w.last_day::text as "lastDay", w.previous_hash as "previousHash", w.problem, w.lines, w.payouts, w.totals, w.payout_totals as "payoutTotals",
  w.lines_hash as "linesHash", w.payouts_hash as "payoutsHash", w.hash, w.closed_at as "closedAt", w.confirmed_at as "confirmedAt",
  w.confirmed_by as "confirmedBy", w.payouts_done as "payoutsDone", w.lines_conciliated as "linesConciliated",
  w.lines_dispersed as "linesDispersed", w.dispersed_at as "dispersedAt"`;

/** A window that has closed. */
export type ClosedWindow = {
  readonly [Name in keyof WindowRow]: Name extends 'problem' | 'confirmedAt' | 'confirmedBy' | 'dispersedAt'
    ? WindowRow[Name]
    : NonNullable<WindowRow[Name]>;
};

export const isClosed = (window: WindowRow): window is ClosedWindow => window.closedAt !== null;

/** What a seal is made of. */
type Sealed = Pick<
  ClosedWindow,
  | 'id'
  | 'number'
  | 'rate'
  | 'zone'
  | 'startsAt'
  | 'endsAt'
  | 'previousHash'
  | 'lines'
  | 'linesHash'
  | 'payouts'
  | 'payoutsHash'
  | 'totals'
  | 'payoutTotals'
>;

/** What a closed window is sealed over. */
export const sealOf = (window: Sealed): WindowSeal => ({
  id: window.id,
  number: window.number,
  refresh_rate: window.rate,
  zone: window.zone,
  starts_at: window.startsAt.toISOString(),
  ends_at: window.endsAt.toISOString(),
  previous_hash: window.previousHash,
  lines: window.lines,
  lines_hash: window.linesHash,
  payouts: window.payouts,
  payouts_hash: window.payoutsHash,
  totals: window.totals,
  payout_totals: window.payoutTotals,
});

/** The hash of a closed window: it stands for all its lines and for every window before it. */
export const sealHash = (window: Sealed): string => fingerprint(sealOf(window));

/** How far the commission of a window's lines has come. */
export const commissionState = ({ state }: Pick<WindowRow, 'state'>): CommissionState =>
  state === 'dispersed' ? 'dispersed' : state === 'open' || state === 'blocked' ? 'accrued' : 'payable';

/** Minor units as the decimal text of their currency. */
export const decimal = (units: string | bigint, currency: string): string => Money.of(BigInt(units), currency).toString();
