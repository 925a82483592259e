import type { Columns } from '@tallystick/platform';
import type { AccountState, Entry, HoldState, LedgerTransaction, LotDate, LotState, LotUse } from './state.js';
import { writeLegs } from './rows.js';

/** One of the tables that a list may write: the rows go in as an array for each column, seen by `sql` as `r`. */
export interface Part<Row> {
  readonly columns: Columns<Row>;
  /** The part's statement over the source of its rows; `$1` is the tenant and `$3` the moment of the list. */
  sql(source: string, names: string): string;
}

const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

const inserted =
  (table: string, moment: string) =>
  (source: string, names: string): string =>
    `insert into ${table} (tenant_id, ${moment}, ${names}) select $1, $3::timestamptz, ${from(names)} from ${source}`;

const updated =
  (table: string, changes: readonly string[], keys: readonly string[]) =>
  (source: string): string =>
    `update ${table} t set ${changes.map((name) => `${name} = r.${name}`).join(', ')} from ${source}
     where t.tenant_id = $1 and ${keys.map((name) => `t.${name} = r.${name}`).join(' and ')}`;

const from = (names: string): string => names.replaceAll(/\w+/g, 'r.$&');

/** The transactions, numbered in their order from the tenant's counter. */
export const TRANSACTIONS: Part<LedgerTransaction> = {
  columns: {
    id: ['uuid', (t) => t.id],
    kind: ['text', (t) => t.kind],
    reference: ['text', (t) => t.reference],
    hash: ['text', (t) => t.hash],
    ref_id: ['uuid', (t) => t.refId],
    once: ['text', (t) => t.once],
    account_id: ['uuid', (t) => t.accountId],
    counter_account_id: ['uuid', (t) => t.counterAccountId],
    amount: ['bigint', (t) => t.amount],
    balance_after: ['bigint', (t) => t.balanceAfter],
    held_after: ['bigint', (t) => t.heldAfter],
    part: ['bigint', (t) => t.part],
    whole: ['bigint', (t) => t.whole],
    due: ['bigint', (t) => t.due],
    legs: ['jsonb', writeLegs],
    available_at: ['timestamptz', (t) => t.availableAt],
    effective_at: ['timestamptz', (t) => t.effectiveAt],
    details: ['jsonb', (t) => json(t.details)],
  },
  sql: (source, names) => `insert into ledger_transaction (tenant_id, recorded_at, number, ${names})
    select $1, $3::timestamptz, bump.base + r.ordinality, ${from(names)} from bump, ${source.replace(/\) as r\(/, ') with ordinality as r(')}`,
};

/** What callers wrote beside transactions. */
export const NOTES: Part<LedgerTransaction> = {
  columns: {
    transaction_id: ['uuid', (t) => t.id],
    narration: ['text', (t) => t.narration],
    metadata: ['jsonb', (t) => json(t.metadata)],
  },
  sql: (source, names) => `insert into ledger_note (tenant_id, ${names}) select $1, ${from(names)} from ${source}`,
};

export const ENTRIES: Part<Entry> = {
  columns: {
    account_id: ['uuid', (e) => e.accountId],
    seq: ['bigint', (e) => e.seq],
    transaction_id: ['uuid', (e) => e.transactionId],
    amount: ['bigint', (e) => e.amount],
    balance_after: ['bigint', (e) => e.balanceAfter],
  },
  sql: inserted('ledger_entry', 'recorded_at'),
};

export const BALANCES: Part<AccountState> = {
  columns: {
    id: ['uuid', (a) => a.id],
    debt_id: ['uuid', (a) => a.debtId],
    posted: ['bigint', (a) => a.posted],
    held: ['bigint', (a) => a.held],
    seq: ['bigint', (a) => a.seq],
  },
  sql: updated('ledger_account', ['debt_id', 'posted', 'held', 'seq'], ['id']),
};

/** The accounts of new debts, by the accounts that owe them. */
export const NEW_DEBTS: Part<readonly [owner: string, debt: AccountState]> = {
  columns: {
    id: ['uuid', ([, debt]) => debt.id],
    asset_id: ['uuid', ([, debt]) => debt.assetId],
    owner_id: ['uuid', ([owner]) => owner],
    posted: ['bigint', ([, debt]) => debt.posted],
    seq: ['bigint', ([, debt]) => debt.seq],
  },
  sql: (source, names) => `insert into ledger_account (tenant_id, owner_type, purpose, floor, lotted, ${names})
    select $1, 'wallet', 'debt', null, false, ${from(names)} from ${source}`,
};

export const NEW_LOTS: Part<LotState> = {
  columns: {
    id: ['uuid', (l) => l.id],
    account_id: ['uuid', (l) => l.accountId],
    transaction_id: ['uuid', (l) => l.transactionId],
    parent_id: ['uuid', (l) => l.parentId],
    original: ['bigint', (l) => l.original],
    remaining: ['bigint', (l) => l.remaining],
    held: ['bigint', (l) => l.held],
    earned_at: ['timestamptz', (l) => l.earnedAt],
    available_at: ['timestamptz', (l) => l.availableAt],
    expires_at: ['timestamptz', (l) => l.expiresAt],
    slides: ['boolean', (l) => l.slides],
  },
  sql: inserted('ledger_lot', 'recorded_at'),
};

export const LOTS: Part<LotState> = {
  columns: {
    id: ['uuid', (l) => l.id],
    account_id: ['uuid', (l) => l.accountId],
    remaining: ['bigint', (l) => l.remaining],
    held: ['bigint', (l) => l.held],
    expires_at: ['timestamptz', (l) => l.expiresAt],
  },
  sql: updated('ledger_lot', ['remaining', 'held', 'expires_at'], ['account_id', 'id']),
};

export const LOT_DATES: Part<LotDate> = {
  columns: {
    lot_id: ['uuid', (d) => d.lotId],
    transaction_id: ['uuid', (d) => d.transactionId],
    account_id: ['uuid', (d) => d.accountId],
    expires_before: ['timestamptz', (d) => d.before],
    expires_after: ['timestamptz', (d) => d.after],
  },
  sql: inserted('ledger_lot_date', 'recorded_at'),
};

export const LOT_USES: Part<LotUse> = {
  columns: {
    transaction_id: ['uuid', (u) => u.transactionId],
    lot_id: ['uuid', (u) => u.lotId],
    account_id: ['uuid', (u) => u.accountId],
    position: ['integer', (u) => u.position],
    remaining_change: ['bigint', (u) => u.remainingChange],
    held_change: ['bigint', (u) => u.heldChange],
    hold_id: ['uuid', (u) => u.holdId],
  },
  sql: inserted('ledger_lot_use', 'recorded_at'),
};

export const NEW_HOLDS: Part<HoldState> = {
  columns: {
    id: ['uuid', (h) => h.id],
    account_id: ['uuid', (h) => h.accountId],
    amount: ['bigint', (h) => h.amount],
    captured: ['bigint', (h) => h.captured],
    released: ['bigint', (h) => h.released],
    status: ['text', (h) => h.status],
    expires_at: ['timestamptz', (h) => h.expiresAt],
  },
  sql: inserted('ledger_hold', 'placed_at'),
};

export const HOLDS: Part<HoldState> = {
  columns: {
    id: ['uuid', (h) => h.id],
    captured: ['bigint', (h) => h.captured],
    released: ['bigint', (h) => h.released],
    status: ['text', (h) => h.status],
  },
  sql: updated('ledger_hold', ['captured', 'released', 'status'], ['id']),
};
