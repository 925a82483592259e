import { setTimeout as sleep } from 'node:timers/promises';
import { ReplayFailure, Setback, Stopped } from '../failure.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** Makes an attempt again while it meets setbacks, as long as patience lasts. */
export class Patience {
  /**
   * `patienceMs` counts from the first setback of a call. `stop` ends every wait, and lets no attempt follow it.
   * `onWait` is told before each wait, in a few words, why and how long.
   */
  constructor(
    private readonly patienceMs: number,
    private readonly stop: AbortSignal,
    private readonly onWait: (why: string, waitMs: number) => void = () => undefined,
  ) {}

  /**
   * Answers what `attempt` answers. Between setbacks it waits what the API asked for, else twice as long each time with jitter.
   * Throws `Stopped` when told to stop, `ReplayFailure` when patience ends, and whatever else `attempt` throws.
   */
  async persist<T>(attempt: () => Promise<T>): Promise<T> {
    let giveUpAt: number | undefined;
    for (let setbacks = 0; ; setbacks++) {
      if (this.stop.aborted) throw new Stopped();
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Setback)) throw error;
        giveUpAt ??= Date.now() + this.patienceMs;
        const waitMs = error.retryAfterMs ?? backoff(setbacks, Math.random());
        if (Date.now() + waitMs > giveUpAt)
          throw new ReplayFailure(`Gave up after ${minutes(this.patienceMs)} of trying: ${error.message}.`);
        this.onWait(error.message, waitMs);
        await sleep(waitMs, undefined, { signal: this.stop }).catch(() => undefined);
      }
    }
  }
}

/** How long to wait after so many setbacks before: 250 ms doubling up to 10 s, of which `random` (0 to 1) decides the upper half. */
export const backoff = (setbacks: number, random: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(setbacks, 16)) * (0.5 + random / 2);

const minutes = (ms: number): string => (ms === 60_000 ? '1 minute' : `${ms / 60_000} minutes`);

/** A `Retry-After` header in milliseconds from `now`: seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
