import { LoyalifeTokenController, LoyalifeVendorTokenController } from './auth/token.controller.js';
import { FindRelation } from './members/find-relation.query.js';
import { LoyalifeMembersController, LoyalifeVendorMembersController } from './members/members.controller.js';
import { WriteProfile } from './members/write-profile.operation.js';
import { LoyalifePasscodesController, LoyalifeVendorPasscodesController } from './passcodes/passcodes.controller.js';
import { PostFact } from './points/post-fact.operation.js';
import { LoyalifeRedemptionController, LoyalifeVendorRedemptionController } from './redemption/redemption.controller.js';
import { LoyalifeStatementsController, LoyalifeVendorStatementsController } from './statements/statements.controller.js';
import { LoyalifeTransactionsController, LoyalifeVendorTransactionsController } from './transactions/transactions.controller.js';

/** The controllers of the dialect, for the module of the app. */
export const LOYALIFE_CONTROLLERS = [
  LoyalifeTokenController,
  LoyalifeVendorTokenController,
  LoyalifePasscodesController,
  LoyalifeVendorPasscodesController,
  LoyalifeMembersController,
  LoyalifeVendorMembersController,
  LoyalifeRedemptionController,
  LoyalifeVendorRedemptionController,
  LoyalifeStatementsController,
  LoyalifeVendorStatementsController,
  LoyalifeTransactionsController,
  LoyalifeVendorTransactionsController,
];

/** What they stand on besides the operations of the libs. */
export const LOYALIFE_PROVIDERS = [FindRelation, PostFact, WriteProfile];
