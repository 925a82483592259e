/** How a session is carried: by access and refresh tokens, or by the cookie of a page. */
export type SessionKind = 'token' | 'cookie';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a session lives, in seconds. */
export interface SessionLifetime {
  /** Without a request. */
  readonly idle: number;
  /** However busy it is. */
  readonly absolute: number;
}

/** For pages, and for everyone who administers anything (AUT-09). */
const SHORT: SessionLifetime = { idle: 30 * MINUTE, absolute: 12 * HOUR };
/** For the tokens of members, whose app keeps them signed in. */
const LONG: SessionLifetime = { idle: 30 * DAY, absolute: 90 * DAY };

/** How long a session of this kind lives for a person of that role. */
export const sessionLifetime = (kind: SessionKind, role: string): SessionLifetime => (kind === 'token' && role === 'member' ? LONG : SHORT);
