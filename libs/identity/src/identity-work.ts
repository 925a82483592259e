import { FindAccountDeletions } from './accounts/account-deletions.query.js';
import { EraseAccount } from './accounts/erase-account.operation.js';
import { LastAdminRule } from './accounts/last-admin.js';
import { Passwords } from './passwords/passwords.js';
import { PlatformPlaces } from './platform-people/platform-place.js';
import { Sessions } from './sessions/sessions.js';
import { SignInFailures } from './sign-in/sign-in-failures.js';

/** What the worker does for identity. It has no guard of ours: nobody signs in there. */
export const identityWork = [EraseAccount, FindAccountDeletions, LastAdminRule, Passwords, PlatformPlaces, Sessions, SignInFailures];
