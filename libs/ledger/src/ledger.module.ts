import { Module } from '@nestjs/common';
import { AccountBalances } from './account-balances.query.js';
import { DefineAsset } from './define-asset.operation.js';
import { DefineCurrency } from './define-currency.operation.js';
import { OpenAccounts } from './open-accounts.operation.js';
import { OpenCashbackAccounts } from './open-cashback-accounts.operation.js';
import { PostTransactions } from './post-transactions.operation.js';
import { Reconcile } from './reconciliation/reconcile.query.js';
import { FindSeals } from './seals/find-seals.query.js';
import { ProveEntry } from './seals/prove-entry.query.js';
import { SealEntries } from './seals/seal-entries.operation.js';
import { SucceedAccounts } from './succeed-accounts.operation.js';

const ROOM = [
  AccountBalances,
  DefineAsset,
  DefineCurrency,
  FindSeals,
  OpenAccounts,
  OpenCashbackAccounts,
  PostTransactions,
  ProveEntry,
  Reconcile,
  SealEntries,
  SucceedAccounts,
];

/** Accounts, transactions, entries, lots and holds: everything of value. */
@Module({ providers: ROOM, exports: ROOM })
export class LedgerModule {}
