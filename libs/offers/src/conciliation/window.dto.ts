import type { PipeTransform } from '@nestjs/common';
import { Choice, Currency, CursorQuery, Integer, ListOf, Moment, MoneyText, NotFound, Text, Uuid } from '@tallystick/platform';
import { WINDOW_ID } from './calendar.policy.js';
import {
  COMMISSION_STATES,
  commissionState,
  LINE_STATES,
  WINDOW_STATES,
  type ControlDifference,
  type PayoutTotal,
  type WindowRow,
  type WindowState,
  type WindowTotal,
} from './window.js';

const MOST = 2_147_483_647;
const HASH = /^[0-9a-f]{64}$/;
const SAMPLE_HASH = '3f1c9a'.padEnd(64, '0');

/** The id of a window in a path. */
export const WINDOW_PARAM = { id: { type: 'string', pattern: WINDOW_ID.source, maxLength: 21, example: 'W-2025-46-4f6f0a01' } } as const;

/** What cannot be the id of a window names nothing. */
export class WindowIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!WINDOW_ID.test(value)) throw NotFound.with();
    return value;
  }
}

export class WindowsQuery extends CursorQuery {
  @Choice(WINDOW_STATES, { optional: true })
  state?: WindowState;
}

/** Lines of a currency in a state, summed up. */
export class WindowTotalDto implements WindowTotal {
  @Currency()
  currency: string;

  @Choice(LINE_STATES, {
    description:
      '`conciliated`: rewards. `reversed`: taken back of rewards of the same window. `adjustment`: late, or a change of what a window has closed over.',
    example: 'conciliated',
  })
  state: WindowTotal['state'];

  @Integer({ min: 0, max: MOST, example: 120 })
  count: number;

  @MoneyText({ description: 'Of the purchases and refunds.', example: '24000.00' })
  amount: string;

  @MoneyText({ example: '1200.00' })
  cashback: string;

  @MoneyText({ description: 'What the funders pay: the cashback and the commission.', example: '1600.00' })
  charge: string;

  @MoneyText({ description: "The institution's part of the commission.", example: '250.00' })
  institution_part: string;

  @MoneyText({ description: "The platform's part of the commission.", example: '150.00' })
  platform_part: string;
}

/** What a window pays to customers in a currency. */
export class PayoutTotalDto implements PayoutTotal {
  @Currency()
  currency: string;

  @Integer({ min: 0, max: MOST, description: 'Customers.', example: 80 })
  count: number;

  @MoneyText({ example: '1200.00' })
  earned: string;

  @MoneyText({ description: 'What customers still owed from before, 0 or below.', example: '-20.00' })
  brought_forward: string;

  @MoneyText({ example: '1185.00' })
  payout: string;

  @MoneyText({ description: 'What they owe after it, 0 or below.', example: '-5.00' })
  carried_forward: string;
}

/** Two sums that should be one. */
export class ControlDifferenceDto implements ControlDifference {
  @Choice(['movements', 'ledger', 'card_transactions'], { example: 'ledger' })
  control: ControlDifference['control'];

  @Currency()
  currency: string;

  @Text({ example: '120 lines, cashback 1200.00' })
  expected: string;

  @Text({ example: '120 lines, cashback 1199.00' })
  found: string;
}

/** A window of conciliation with its control totals. */
export class WindowDto {
  @Text({ max: 21, description: 'By ISO week or day, and the end of the id of the tenant.', example: 'W-2025-46-4f6f0a01' })
  id: string;

  @Integer({ min: 1, max: MOST, description: 'Its place among the windows of the tenant.', example: 12 })
  number: number;

  @Choice(WINDOW_STATES, {
    description:
      '`open`: things settle into it. `blocked`: it has ended, and its sums differ from what went in. `closed`: for good. `dispersing`, `dispersed`: its cashback is being, or was, handed on.',
    example: 'closed',
  })
  state: WindowState;

  @Choice(COMMISSION_STATES, { description: 'How far the commission of its lines has come.', example: 'payable' })
  commission_state: string;

  @Integer({ min: 0, max: 1, description: '0 weekly, 1 daily.', example: 0 })
  refresh_rate: number;

  @Text({ description: 'In which days and weeks are counted.', example: 'America/Mexico_City' })
  zone: string;

  @Moment({ description: 'By when things settled: from this moment on.' })
  starts_at: string;

  @Moment({ description: 'Until before this moment.' })
  ends_at: string;

  @Integer({ min: 0, max: MOST, nullable: true, description: 'Null until it has closed, as all that follows.', example: 125 })
  lines: number | null;

  @ListOf(() => WindowTotalDto, { max: 1_000, nullable: true })
  totals: readonly WindowTotal[] | null;

  @ListOf(() => PayoutTotalDto, { max: 1_000, nullable: true })
  payout_totals: readonly PayoutTotal[] | null;

  @ListOf(() => ControlDifferenceDto, { max: 1_000, nullable: true, description: 'Why it is `blocked`.' })
  problem: readonly ControlDifference[] | null;

  @Text({ pattern: HASH, max: 64, example: '0'.repeat(64) })
  previous_hash: string;

  @Text({ pattern: HASH, max: 64, nullable: true, description: 'SHA-256 of its lines in canonical JSON.', example: SAMPLE_HASH })
  lines_hash: string | null;

  @Text({ pattern: HASH, max: 64, nullable: true, description: 'It stands for the window and for all before it.', example: SAMPLE_HASH })
  hash: string | null;

  @Moment({ nullable: true })
  closed_at: string | null;

  @Text({ nullable: true, description: 'By whose word the cashback was handed on.', example: 'callback' })
  confirmed_by: string | null;

  @Moment({ nullable: true })
  dispersed_at: string | null;

  static from(window: WindowRow): WindowDto {
    return {
      id: window.id,
      number: window.number,
      state: window.state,
      commission_state: commissionState(window),
      refresh_rate: window.rate,
      zone: window.zone,
      starts_at: window.startsAt.toISOString(),
      ends_at: window.endsAt.toISOString(),
      lines: window.lines,
      totals: window.totals,
      payout_totals: window.payoutTotals,
      problem: window.problem,
      previous_hash: window.previousHash,
      lines_hash: window.linesHash,
      hash: window.hash,
      closed_at: window.closedAt?.toISOString() ?? null,
      confirmed_by: window.confirmedBy,
      dispersed_at: window.dispersedAt?.toISOString() ?? null,
    };
  }
}

/** A movement of cashback in its window. */
export class WindowLineDto {
  @Integer({ min: 1, max: MOST, example: 1 })
  position: number;

  @Uuid({ description: 'Of the transaction in the ledger.' })
  movement_id: string;

  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'Of the transaction in the ledger.', example: 10_000_042 })
  number: number;

  @Choice(LINE_STATES, { example: 'conciliated' })
  state: string;

  @Text({ max: 21, nullable: true, description: 'The window that an adjustment belongs to.', example: null })
  original_window_id: string | null;

  @Text({ max: 50, example: 'cards' })
  source: string;

  @Choice(['purchase', 'refund', 'reversal'], { example: 'purchase' })
  type: string;

  @Text({ max: 200, description: "The institution's own id.", example: 'FI-TXN-0001' })
  reference: string;

  @Uuid()
  purchase_id: string;

  @Uuid()
  member_id: string;

  @Uuid()
  merchant_id: string;

  @Uuid()
  offer_id: string;

  @Integer({ min: 1, max: MOST, example: 1 })
  offer_version: number;

  @Currency()
  currency: string;

  @MoneyText({ example: '250.50' })
  amount: string;

  @MoneyText({ example: '6.01' })
  cashback: string;

  @MoneyText({ example: '10.01' })
  charge: string;

  @MoneyText({ example: '2.50' })
  institution_part: string;

  @MoneyText({ example: '1.50' })
  platform_part: string;

  @MoneyText({ example: '10.01' })
  funded_merchant: string;

  @MoneyText({ example: '0.00' })
  funded_institution: string;

  @MoneyText({ example: '0.00' })
  funded_platform: string;

  @Moment()
  settled_at: string;
}

/** What a customer gets at the end of a window. */
export class WindowPayoutDto {
  @Integer({ min: 1, max: MOST, example: 1 })
  position: number;

  @Uuid()
  member_id: string;

  @Currency()
  currency: string;

  @MoneyText({ example: '6.01' })
  earned: string;

  @MoneyText({ example: '0.00' })
  brought_forward: string;

  @MoneyText({ example: '6.01' })
  payout: string;

  @MoneyText({ example: '0.00' })
  carried_forward: string;
}

/** The window that was found wrong first. */
export class WindowProblemDto {
  @Text({ max: 21, example: 'W-2025-46-4f6f0a01' })
  window_id: string;

  @Text({ example: 'has other lines than it was closed with' })
  reason: string;
}
