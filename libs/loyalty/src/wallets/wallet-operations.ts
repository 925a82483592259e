import { FindLots } from './find-lots.query.js';
import { FindWallets } from './find-wallets.query.js';
import { MemberStatement } from './member-statement.query.js';
import { SummarizeWallet } from './wallet-summary.query.js';
import { TransferParties } from './transfer-parties.query.js';

/** What is told of wallets, for the module. */
export const WALLET_OPERATIONS = [FindLots, FindWallets, MemberStatement, SummarizeWallet, TransferParties];
