import { DateTime } from 'luxon';

/** How long a token is valid: a week (A.2.2). */
export const TOKEN_SECONDS = 7 * 24 * 3_600;

/** A new token is given when no more than this is left of the old one (A.2.2). */
const RENEWED_WITHIN_SECONDS = 2 * 3_600;

/** Whether a token that ends at `expiresAt` is replaced when it is shown at `now`; both in seconds. */
export const isRenewed = (expiresAt: number, now: number): boolean => expiresAt - now <= RENEWED_WITHIN_SECONDS;

/** What is said of a token that is valid until then, in the tenant's time zone. */
export const validUntil = (expiresAt: number, zone: string): string =>
  `Your JWT is valid until ${DateTime.fromSeconds(expiresAt, { zone, locale: 'en-US' }).toFormat('LLLL d, yyyy h:mm a')}`;
