import { DisableMfa } from './disable-mfa.operation.js';
import { MfaChanges } from './mfa-changes.js';
import { MfaFactors } from './mfa-factors.js';
import { FindMfaSetup } from './mfa-setup.query.js';
import { FindMfaStatus } from './mfa-status.query.js';
import { Mfa } from './mfa.js';
import { RenewRecoveryCodes } from './renew-recovery-codes.operation.js';
import { ResetMfa } from './reset-mfa.operation.js';
import { VerifyMfaSetup } from './verify-mfa-setup.operation.js';

/** What the module of identity provides for second factors. */
export const mfaOperations = [
  DisableMfa,
  FindMfaSetup,
  FindMfaStatus,
  Mfa,
  MfaChanges,
  MfaFactors,
  RenewRecoveryCodes,
  ResetMfa,
  VerifyMfaSetup,
];
