import { AdjustWallet } from './adjust-wallet.operation.js';
import { DecideAdjustment } from './decide-adjustment.operation.js';
import { FindAdjustments } from './find-adjustments.query.js';

/** What is credited and debited by hand, for the module. */
export const ADJUSTMENT_OPERATIONS = [AdjustWallet, DecideAdjustment, FindAdjustments];
