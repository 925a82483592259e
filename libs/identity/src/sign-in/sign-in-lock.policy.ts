/** Failed sign-ins in a row, of an account, a known device or an address. */
export interface FailureCount {
  readonly failures: number;
  /** How often they were enough for a lock: each one is longer than the last. */
  readonly lockouts: number;
  readonly lockedUntil: Date | null;
  readonly failedAt: Date;
}

/** When failures lock, and for how long. */
export interface LockRule {
  readonly attempts: number;
  readonly firstLockSeconds: number;
  readonly longestLockSeconds: number;
}

/** Ten wrong passwords lock for five minutes, the next ten for ten, and so on: a hundred take two days (NIST 800-63B, AUT-04). */
export const ACCOUNT_LOCK: LockRule = { attempts: 10, firstLockSeconds: 300, longestLockSeconds: 86_400 };

/** Wider, for many people may share an address. */
export const ADDRESS_LOCK: LockRule = { attempts: 300, firstLockSeconds: 900, longestLockSeconds: 3_600 };

/** Failures that are a day old do not count towards the next lock. */
const FAILURES_FADE_MS = 86_400_000;
/** A month without failures makes the next lock short again. */
const LOCKOUTS_FADE_MS = 30 * 86_400_000;

/** Whether nobody gets in at `now`. */
export const isLocked = ({ lockedUntil }: Pick<FailureCount, 'lockedUntil'>, now: Date): boolean =>
  lockedUntil !== null && lockedUntil > now;

/** The count with one more failure at `now`; it is not locked then. */
export function afterFailure({ failures, lockouts, failedAt }: FailureCount, rule: LockRule, now: Date): FailureCount {
  const age = now.getTime() - failedAt.getTime();
  const counted = (age > FAILURES_FADE_MS ? 0 : failures) + 1;
  const before = age > LOCKOUTS_FADE_MS ? 0 : lockouts;
  if (counted < rule.attempts) return { failures: counted, lockouts: before, lockedUntil: null, failedAt: now };
  const seconds = Math.min(rule.firstLockSeconds * 2 ** Math.min(before, 30), rule.longestLockSeconds);
  return { failures: 0, lockouts: before + 1, lockedUntil: new Date(now.getTime() + seconds * 1_000), failedAt: now };
}
