import { ChangePassword } from './change-password.operation.js';
import { FindPasswordHolder } from './password-holder.query.js';
import { Passwords } from './passwords.js';
import { ReplacePassword } from './replace-password.js';
import { ResetPassword } from './reset-password.operation.js';
import { SetPassword } from './set-password.operation.js';

/** What the module of identity provides for passwords. */
export const passwordOperations = [ChangePassword, FindPasswordHolder, Passwords, ReplacePassword, ResetPassword, SetPassword];
