import type { Limit } from './limits.policy.js';
import type { Used } from './limit-store.js';

/** Whether a request may pass, and what is left of its limit. */
export interface Spent {
  readonly granted: boolean;
  /** How many more may pass in this window. */
  readonly remaining: number;
  /** When the window ends. */
  readonly resetInMs: number;
}

interface Waiting {
  resolve(spent: Spent): void;
  reject(error: unknown): void;
}

/** What this process knows of one key in its present window. */
interface Share {
  /** Requests that this process took from the store and has not let pass yet. */
  ahead: number;
  /** How many of the window were used when the next of them passes. */
  used: number;
  exhausted: boolean;
  endsAt: number;
  waiting: Waiting[];
  asking: boolean;
}

/** While more than this is left of a limit, a process takes some of it ahead; below, each request is counted in the store as it comes. */
const EXACT_BELOW = 2_000;
/** At most this part of what is left is taken ahead. */
const AHEAD_PART = 100;
const MOST_AHEAD = 1_000;
const MOST_KEYS = 50_000;

/**
 * One limit for many keys, shared by all processes through the store. Never more than the limit pass in a window.
 *
 * What arrives while the store is asked waits and is counted together in the next question, so that a burst costs a few questions; and a
 * key that has used its limit up costs none until the window ends. Of a large limit a process takes a hundredth of what is left ahead, so
 * that most requests ask nobody. What one process took ahead and did not use is lost to the others in that window: at most a hundredth,
 * and nothing of limits up to 2,000, which are exact (RTL-01).
 */
export class Allowance {
  private readonly shares = new Map<string, Share>();

  constructor(
    private readonly limit: Limit,
    private readonly take: (key: string, count: number) => Promise<Used>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts one request; throws what the store throws. Answers at once where the store need not be asked. */
  spend(key: string): Spent | Promise<Spent> {
    const share = this.shareOf(key);
    const now = this.now();
    if (now >= share.endsAt) Object.assign(share, { ahead: 0, exhausted: false });
    if (share.ahead > 0) return this.pass(share, now);
    if (share.exhausted) return { granted: false, remaining: 0, resetInMs: share.endsAt - now };
    return new Promise((resolve, reject) => {
      share.waiting.push({ resolve, reject });
      if (!share.asking) void this.ask(key, share);
    });
  }

  /** Lets a request pass that was counted ahead. */
  private pass(share: Share, now: number): Spent {
    share.ahead -= 1;
    share.used += 1;
    return { granted: true, remaining: this.limit.count - share.used, resetInMs: share.endsAt - now };
  }

  private shareOf(key: string): Share {
    const known = this.shares.get(key);
    if (known) return known;
    if (this.shares.size >= MOST_KEYS) this.forgetSome();
    const share: Share = { ahead: 0, used: 0, exhausted: false, endsAt: 0, waiting: [], asking: false };
    this.shares.set(key, share);
    return share;
  }

  private async ask(key: string, share: Share): Promise<void> {
    share.asking = true;
    while (share.waiting.length > 0) {
      const asked = Math.max(share.waiting.length, this.aheadOf(share));
      const served = share.waiting.slice(0, asked);
      try {
        const used = await this.take(key, asked);
        share.waiting.splice(0, served.length);
        this.serve(share, served, asked, used);
      } catch (error) {
        share.waiting.splice(0, served.length);
        for (const { reject } of served) reject(error);
      }
    }
    share.asking = false;
  }

  /** Hands out what the store gave: to those who waited, and the rest ahead. */
  private serve(share: Share, served: readonly Waiting[], asked: number, { total, msLeft }: Used): void {
    const before = total - asked;
    const given = Math.min(asked, Math.max(0, this.limit.count - before));
    share.endsAt = this.now() + msLeft;
    share.ahead = Math.max(0, given - served.length);
    share.used = before + Math.min(given, served.length);
    share.exhausted = total >= this.limit.count;
    served.forEach(({ resolve }, index) => {
      const granted = index < given;
      resolve({ granted, remaining: granted ? this.limit.count - before - index - 1 : 0, resetInMs: msLeft });
    });
    while (share.ahead > 0 && share.waiting.length > 0) share.waiting.shift()!.resolve(this.pass(share, this.now()));
  }

  private aheadOf({ used, endsAt }: Share): number {
    const left = this.now() >= endsAt ? this.limit.count : this.limit.count - used;
    return left > EXACT_BELOW ? Math.min(MOST_AHEAD, Math.floor(left / AHEAD_PART)) : 1;
  }

  /** Ended windows first; if there are none, the keys that were first seen longest ago. The store forgets nothing. */
  private forgetSome(): void {
    const now = this.now();
    for (const [key, share] of this.shares) if (now >= share.endsAt && !share.asking) this.shares.delete(key);
    for (const [key, share] of this.shares) {
      if (this.shares.size < MOST_KEYS * 0.9) return;
      if (!share.asking) this.shares.delete(key);
    }
  }
}
