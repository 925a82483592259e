const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The published pauses before the second and each later try, in milliseconds (C6.6): twelve tries, the first few close together for what is
 * over in a moment, the last within three days of the first, however the pauses are stretched.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 20 * HOUR, 24 * HOUR,
]; // prettier-ignore

/** Each pause is stretched by up to this part, so that what failed together does not come back together. */
const JITTER = 0.1;
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** Statuses whose `Retry-After` is honored. */
const ASKS_FOR_TIME = new Set([429, 503]);
const GONE = 410;

/** What came of one try: an answer with a status, or none and why. */
export interface AttemptResult {
  readonly status: number | null;
  readonly retryAfter?: string;
}

/** What follows from a try: the delivery is done, is tried again after `delayMs`, or has been tried often enough. */
export type Verdict =
  | { readonly status: 'delivered' }
  | { readonly status: 'failed'; readonly delayMs: number }
  | { readonly status: 'exhausted'; readonly gone: boolean };

/**
 * Judges try number `attempt` (from 1) by Standard Webhooks: only 2xx is success, a redirect is a failure, 410 ends it all, 429 and 503 may
 * ask for more time (WHK-04, WHK-05). `random` is between 0 and 1.
 */
export function judgeAttempt(attempt: number, { status, retryAfter }: AttemptResult, random: number, now: Date): Verdict {
  if (status !== null && status >= 200 && status < 300) return { status: 'delivered' };
  if (status === GONE) return { status: 'exhausted', gone: true };
  const pause = RETRY_DELAYS_MS[attempt - 1];
  if (pause === undefined) return { status: 'exhausted', gone: false };
  const asked = status !== null && ASKS_FOR_TIME.has(status) ? retryAfterMs(retryAfter, now) : 0;
  return { status: 'failed', delayMs: Math.max(Math.round(pause * (1 + JITTER * random)), asked) };
}

/** `Retry-After` in milliseconds, as seconds or as a date; 0 when it is neither, a day at most. */
function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  const wanted = /^\d{1,9}$/.test(header.trim()) ? Number(header) * SECOND : Date.parse(header) - now.getTime();
  return Number.isNaN(wanted) ? 0 : Math.min(Math.max(wanted, 0), LONGEST_RETRY_AFTER_MS);
}
