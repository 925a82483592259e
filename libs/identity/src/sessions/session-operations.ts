import { CookieSessions } from './cookie-sessions.js';
import { FindOwnSessions } from './find-own-sessions.query.js';
import { SessionCookies } from './session-cookies.js';
import { Sessions } from './sessions.js';
import { RevokeSession } from './revoke-session.operation.js';
import { SignOut } from './sign-out.operation.js';

/** What is done with sessions, for the module. */
export const sessionOperations = [CookieSessions, FindOwnSessions, RevokeSession, SessionCookies, Sessions, SignOut];
