import { AllocateCoins } from './allocate-coins.operation.js';
import { CoinCompanies } from './coin-companies.js';
import { CoinEvents } from './coin-events.js';
import { CoinUsers } from './coin-users.js';

/** The acts and queries of coin events. */
export const COIN_OPERATIONS = [AllocateCoins, CoinCompanies, CoinEvents, CoinUsers];
