import { FindPasscodeAccount } from './passcode-account.query.js';
import { Passcodes } from './passcodes.js';
import { RequestLink } from './request-link.operation.js';
import { RequestPasscode } from './request-passcode.operation.js';
import { VerifyEmail } from './verify-email.operation.js';

/** What the module of identity provides for one-time codes and links. */
export const passcodeOperations = [FindPasscodeAccount, Passcodes, RequestLink, RequestPasscode, VerifyEmail];
