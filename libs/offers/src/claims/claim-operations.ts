import { DecideClaim } from './decide-claim.operation.js';
import { FindClaims } from './find-claims.query.js';
import { LookAgain } from './look-again.operation.js';
import { RaiseClaim } from './raise-claim.operation.js';
import { SucceedClaims } from './succeed-claims.operation.js';
import { WithdrawClaim } from './withdraw-claim.operation.js';

/** What is done with claims. */
export const CLAIM_OPERATIONS = [DecideClaim, FindClaims, LookAgain, RaiseClaim, SucceedClaims, WithdrawClaim];
