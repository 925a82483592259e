/** Tries in a row that fail before an endpoint counts as down. */
const DOWN_AFTER = 10;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** Days of nothing but failures after which an endpoint is disabled (WHK-05). */
export const FAILING_DAYS = 5;

/** Whether an endpoint that failed so often in a row gets one try at a time, until one succeeds (WHK-12). */
export const isDown = (failures: number): boolean => failures >= DOWN_AFTER;

/** How long an endpoint is left alone after so many failures in a row: longer each time, a minute at most; undefined while it is not down. */
export const pauseAfter = (failures: number): number | undefined =>
  isDown(failures) ? Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - DOWN_AFTER, 10), LONGEST_PAUSE_MS) : undefined;
