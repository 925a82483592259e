/** Wrong codes in a row that lock an authenticator app, or void a set-up (AUT-05). */
export const MFA_ATTEMPTS = 5;

const FIRST_LOCK_SECONDS = 15 * 60;
const LONGEST_LOCK_SECONDS = 24 * 60 * 60;

/** How long an app stays locked, in seconds: twice as long each time until a right code comes, a day at most. */
export const mfaLockSeconds = (lockoutsBefore: number): number =>
  Math.min(FIRST_LOCK_SECONDS * 2 ** Math.min(lockoutsBefore, 10), LONGEST_LOCK_SECONDS);
