/** What the person at the terminal has to act on, in one sentence; printed without a stack. */
export class ReplayFailure extends Error {}

/** The replay was asked to stop: what was under way is left as it is and taken up again by the next start. */
export class Stopped extends Error {}

/** An attempt that may succeed when it is made again: a broken connection, 429, 5xx. `retryAfterMs` is what the API asked to wait. */
export class Setback extends Error {
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
