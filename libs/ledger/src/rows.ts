import { narrationOf, metadataOf } from './notes.js';
import type { AccountState, HoldState, LedgerTransaction, LotState, LotUse } from './state.js';

interface LegRow {
  from: string;
  to: string;
  amount: string;
  from_seq: string;
  to_seq: string;
}

/** A row of `ledger_transaction` as the driver gives it. */
export interface TransactionRow {
  id: string;
  number: string;
  kind: string;
  reference: string | null;
  hash: string | null;
  ref_id: string | null;
  once: 'reversal' | 'hold_end' | null;
  account_id: string;
  counter_account_id: string | null;
  amount: string;
  balance_after: string;
  held_after: string;
  part: string | null;
  whole: string | null;
  due: string | null;
  legs: LegRow[];
  available_at: Date | null;
  effective_at: Date;
  recorded_at: Date;
  narration: string | null;
  metadata: Record<string, unknown> | null;
  details: Record<string, unknown> | null;
}

/** The columns of a transaction, for select lists; `t` is the table's alias. */
export const TRANSACTION_COLUMNS = `t.id, t.number, t.kind, t.reference, t.hash, t.ref_id, t.once, t.account_id, t.counter_account_id, t.amount,
  t.balance_after, t.held_after, t.part, t.whole, t.due, t.legs, t.available_at, t.effective_at, t.recorded_at, ${narrationOf('t')} as narration,
  ${metadataOf('t')} as metadata, t.details`;

const big = (text: string): bigint => BigInt(text);
const bigOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** Reads a recorded transaction from its row. */
export const readTransaction = (row: TransactionRow): LedgerTransaction => ({
  id: row.id,
  number: big(row.number),
  kind: row.kind,
  reference: row.reference,
  hash: row.hash,
  refId: row.ref_id,
  once: row.once,
  accountId: row.account_id,
  counterAccountId: row.counter_account_id,
  amount: big(row.amount),
  balanceAfter: big(row.balance_after),
  heldAfter: big(row.held_after),
  part: bigOrNull(row.part),
  whole: bigOrNull(row.whole),
  due: bigOrNull(row.due),
  legs: row.legs.map((leg) => ({
    from: leg.from,
    to: leg.to,
    amount: big(leg.amount),
    fromSeq: big(leg.from_seq),
    toSeq: big(leg.to_seq),
  })),
  availableAt: row.available_at,
  effectiveAt: row.effective_at,
  recordedAt: row.recorded_at,
  narration: row.narration,
  metadata: row.metadata,
  details: row.details,
});

/** The legs of a transaction as they are stored. */
export const writeLegs = (transaction: LedgerTransaction): string =>
  JSON.stringify(
    transaction.legs.map(({ from, to, amount, fromSeq, toSeq }): LegRow => ({
      from,
      to,
      amount: String(amount),
      from_seq: String(fromSeq),
      to_seq: String(toSeq),
    })),
  );

export interface AccountRow {
  id: string;
  asset_id: string;
  floor: string | null;
  lotted: boolean;
  debt_id: string | null;
  successor_id: string | null;
  posted: string;
  held: string;
  seq: string;
}

export const readAccount = (row: AccountRow): AccountState => ({
  id: row.id,
  assetId: row.asset_id,
  floor: bigOrNull(row.floor),
  lotted: row.lotted,
  debtId: row.debt_id,
  successorId: row.successor_id,
  posted: big(row.posted),
  held: big(row.held),
  seq: big(row.seq),
});

export interface LotRow {
  id: string;
  account_id: string;
  transaction_id: string;
  parent_id: string | null;
  original: string;
  remaining: string;
  held: string;
  earned_at: Date;
  available_at: Date;
  expires_at: Date | null;
  slides: boolean;
}

export const LOT_COLUMNS =
  'l.id, l.account_id, l.transaction_id, l.parent_id, l.original, l.remaining, l.held, l.earned_at, l.available_at, l.expires_at, l.slides';

export const readLot = (row: LotRow): LotState => ({
  id: row.id,
  accountId: row.account_id,
  transactionId: row.transaction_id,
  parentId: row.parent_id,
  original: big(row.original),
  remaining: big(row.remaining),
  held: big(row.held),
  earnedAt: row.earned_at,
  availableAt: row.available_at,
  expiresAt: row.expires_at,
  slides: row.slides,
});

export interface UseRow {
  transaction_id: string;
  lot_id: string;
  account_id: string;
  position: number;
  remaining_change: string;
  held_change: string;
  hold_id: string | null;
}

export const readUse = (row: UseRow): LotUse => ({
  transactionId: row.transaction_id,
  lotId: row.lot_id,
  accountId: row.account_id,
  position: row.position,
  remainingChange: big(row.remaining_change),
  heldChange: big(row.held_change),
  holdId: row.hold_id,
});

export interface HoldRow {
  id: string;
  account_id: string;
  amount: string;
  captured: string;
  released: string;
  status: HoldState['status'];
  expires_at: Date | null;
  placed_at: Date;
}

export const HOLD_COLUMNS = 'h.id, h.account_id, h.amount, h.captured, h.released, h.status, h.expires_at, h.placed_at';

export const readHold = (row: HoldRow): HoldState => ({
  id: row.id,
  accountId: row.account_id,
  amount: big(row.amount),
  captured: big(row.captured),
  released: big(row.released),
  status: row.status,
  expiresAt: row.expires_at,
  placedAt: row.placed_at,
});
