/** How far apart the clock that made an event's id and the database's clock that dated it may be. */
const SKEW_MS = 3_600_000;

/**
 * The smallest id (UUID version 7) of what happened from a moment on, an hour early: what was recorded since then has no smaller id, so an
 * index on ids finds a span of time.
 */
export const idsSince = (moment: Date): string => prefix(moment.getTime() - SKEW_MS);

/** An id above those of all that was recorded until a moment. */
export const idsUntil = (moment: Date): string => prefix(moment.getTime() + SKEW_MS);

function prefix(ms: number): string {
  const hex = Math.max(0, Math.min(ms, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
