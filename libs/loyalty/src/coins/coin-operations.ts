import { AllocateCoins } from './allocate-coins.operation.js';
import { CardAccounts } from './card-accounts.query.js';
import { CoinCompanies } from './coin-companies.js';
import { CoinEvents } from './coin-events.js';
import { CoinUsers } from './coin-users.js';
import { LoadCard } from './load-card.operation.js';

/** The acts and queries of coin events. */
export const COIN_OPERATIONS = [AllocateCoins, CardAccounts, CoinCompanies, CoinEvents, CoinUsers, LoadCard];
