import { CashConfigs } from './cash-configs.js';
import { CashRedemptions } from './cash-redemptions.query.js';
import { CashUsers } from './cash-users.js';
import { FindCashWallets } from './find-cash-wallets.query.js';
import { Funds } from './funds.js';
import { RedeemToCash } from './redeem-to-cash.operation.js';

/** The acts and queries of redemption to money. */
export const CASH_OPERATIONS = [CashConfigs, CashRedemptions, CashUsers, FindCashWallets, Funds, RedeemToCash];
