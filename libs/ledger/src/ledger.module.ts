import { Module } from '@nestjs/common';
import { AccountBalances } from './account-balances.query.js';
import { DefineAsset } from './define-asset.operation.js';
import { OpenAccounts } from './open-accounts.operation.js';
import { PostTransactions } from './post-transactions.operation.js';

const ROOM = [AccountBalances, DefineAsset, OpenAccounts, PostTransactions];

/** Accounts, transactions, entries, lots and holds: everything of value. */
@Module({ providers: ROOM, exports: ROOM })
export class LedgerModule {}
