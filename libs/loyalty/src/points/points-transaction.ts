import { Points } from '@tallystick/kernel';
import { debtAccountId } from '@tallystick/ledger';
import type { HoldState, LedgerTransaction } from '@tallystick/ledger';
import type { Program } from '../programs/program.js';
import { ownReference } from '../transactions/own-reference.policy.js';

/** The kinds of transactions as the API names them. */
export const TRANSACTION_TYPES = [
  'earn',
  'redeem',
  'transfer_in',
  'transfer_out',
  'reverse',
  'refund',
  'void',
  'hold',
  'capture',
  'release',
  'expire',
  'debt_settled',
  'adjust_credit',
  'adjust_debit',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

export const TRANSACTION_STATUSES = ['pending', 'completed', 'voided', 'partially_refunded', 'refunded'] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

/** A hold as the API and the events show it; amounts in points. */
export interface PointsHold {
  readonly id: string;
  readonly status: HoldState['status'];
  readonly points: number;
  readonly captured: number;
  readonly released: number;
  readonly expires_at: string | null;
}

/** A transaction of a member's wallet as the API and the events show it (`native.md`, Points). `points` and balances are exact JSON numbers. */
export interface PointsTransaction {
  readonly id: string;
  readonly number: number;
  readonly type: TransactionType;
  readonly status: TransactionStatus;
  readonly member_id: string;
  readonly wallet_id: string;
  readonly program_id: string;
  readonly points: number;
  /** The money that it was about: of a purchase, of the part of one that was refunded, or paid out for the points; a decimal, or null. */
  readonly amount: string | null;
  /** ISO 4217, of `amount`. */
  readonly currency: string | null;
  readonly balance_after: number;
  /** What a reversal or refund made the member owe, beside `points`, because the points were spent (C3.4); left out where nothing. */
  readonly owed?: number;
  /** The redemption that paid for part of a purchase, or all of it; left out where none was named. */
  readonly redemption_id?: string;
  /** What had paid for a purchase and came back with its refund, by a transaction of its own (C3.8); left out where nothing did. */
  readonly returned?: { readonly transaction_id: string; readonly points: number };
  readonly reference: string | null;
  readonly related_transaction_id: string | null;
  readonly narration: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly occurred_at: string;
  readonly posted_at: string;
  readonly hold?: PointsHold;
}

/** What is needed to show a ledger transaction as one of a program. */
export interface Shown {
  readonly transaction: LedgerTransaction;
  readonly program: Pick<Program, 'id' | 'scale'>;
  readonly memberId: string;
  readonly hold?: HoldState;
  /** The present status; without it, the status it was posted with. */
  readonly status?: TransactionStatus;
}

/** Shows a ledger transaction from the side of its subject's wallet. */
export function showTransaction({ transaction, program, memberId, hold, status }: Shown): PointsTransaction {
  const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
  const { amount } = transaction;
  return {
    id: transaction.id,
    number: Number(transaction.number),
    type: typeOf(transaction),
    status: status ?? (transaction.availableAt && transaction.availableAt > transaction.recordedAt ? 'pending' : 'completed'),
    member_id: memberId,
    wallet_id: transaction.accountId,
    program_id: program.id,
    points: points(amount < 0n ? -amount : amount),
    ...moneyIn(transaction),
    balance_after: points(transaction.balanceAfter),
    ...(transaction.kind === 'reversal' && owedIn(transaction, points)),
    ...paidIn(transaction, points),
    reference: ownReference(transaction),
    related_transaction_id: transaction.refId,
    narration: transaction.narration,
    metadata: transaction.metadata,
    occurred_at: transaction.effectiveAt.toISOString(),
    posted_at: transaction.recordedAt.toISOString(),
    ...(hold && { hold: showHold(hold, program.scale) }),
  };
}

/** Of its details alone: a reversal that names no amount is in points, and `explain` has what money went back with them. */
function moneyIn({ details }: LedgerTransaction): Pick<PointsTransaction, 'amount' | 'currency'> {
  const { purchase, refund, payout } = (details ?? {}) as Partial<Record<'purchase' | 'refund' | 'payout', Partial<MoneyTold>>>;
  const { amount = null, currency = null } = purchase ?? refund ?? payout ?? {};
  return currency === null ? { amount: null, currency: null } : { amount, currency };
}

interface MoneyTold {
  readonly amount: string;
  readonly currency: string;
}

function owedIn({ accountId, legs }: LedgerTransaction, points: (units: bigint) => number): { owed?: number } {
  const debt = debtAccountId(accountId);
  const owed = legs.reduce((sum, { from, amount }) => (from === debt ? sum + amount : sum), 0n);
  return owed > 0n ? { owed: points(owed) } : {};
}

function paidIn({ details }: LedgerTransaction, points: (units: bigint) => number): Pick<PointsTransaction, 'redemption_id' | 'returned'> {
  const { paid_by: paidBy, returned } = (details ?? {}) as { paid_by?: string; returned?: { id: string; amount: string } };
  return {
    ...(paidBy !== undefined && { redemption_id: paidBy }),
    ...(returned && { returned: { transaction_id: returned.id, points: points(BigInt(returned.amount)) } }),
  };
}

/** Shows a hold in points of its program. */
export function showHold(hold: HoldState, scale: number): PointsHold {
  const points = (units: bigint): number => Points.of(units, scale).toNumber();
  return {
    id: hold.id,
    status: hold.status,
    points: points(hold.amount),
    captured: points(hold.captured),
    released: points(hold.released),
    expires_at: hold.expiresAt?.toISOString() ?? null,
  };
}

function typeOf({ kind, details, amount }: LedgerTransaction): TransactionType {
  switch (kind) {
    case 'transfer':
      return 'transfer_out';
    case 'reversal':
      return details && 'void' in details ? 'void' : details && 'refund' in details ? 'refund' : 'reverse';
    case 'settle':
      return 'debt_settled';
    case 'adjust':
      return amount < 0n ? 'adjust_debit' : 'adjust_credit';
    default:
      return kind as TransactionType;
  }
}
