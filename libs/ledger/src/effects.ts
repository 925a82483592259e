import type { AccountState, Entry, HoldState, LedgerTransaction, LotDate, LotState, LotUse } from './state.js';

/** What a list of commands changes: rows to insert, and the absolute new state of rows to update. */
export interface Effects {
  readonly transactions: LedgerTransaction[];
  readonly entries: Entry[];
  readonly newLots: LotState[];
  readonly uses: LotUse[];
  readonly dates: LotDate[];
  readonly accounts: Set<AccountState>;
  /** Accounts on which wallets begin to owe. */
  readonly newDebts: Map<string, AccountState>;
  readonly lots: Set<LotState>;
  readonly newHolds: HoldState[];
  readonly holds: Set<HoldState>;
}

/** No change. */
export const noEffects = (): Effects => ({
  transactions: [],
  entries: [],
  newLots: [],
  uses: [],
  dates: [],
  accounts: new Set(),
  newDebts: new Map(),
  lots: new Set(),
  newHolds: [],
  holds: new Set(),
});
