import { LoyalifeTokenController, LoyalifeVendorTokenController } from './auth/token.controller.js';
import { FindRelation } from './members/find-relation.query.js';
import { LoyalifeRedemptionController, LoyalifeVendorRedemptionController } from './redemption/redemption.controller.js';

/** The controllers of the dialect, for the module of the app. */
export const LOYALIFE_CONTROLLERS = [
  LoyalifeTokenController,
  LoyalifeVendorTokenController,
  LoyalifeRedemptionController,
  LoyalifeVendorRedemptionController,
];

/** What they stand on besides the operations of the libs. */
export const LOYALIFE_PROVIDERS = [FindRelation];
