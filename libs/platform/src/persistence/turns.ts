import type { TenantContext } from '@tallystick/kernel';
import { IdempotencyInProgress, ServiceUnavailable } from '../platform.errors.js';

/** Limits for batches: one of 5,000 lines takes a second or two; callers, and proxies in between, commonly wait for a minute. */
export const BATCH_TURNS = { waiting: 32, waitMs: 50_000 };

interface Line {
  busy: boolean;
  readonly waiting: (() => void)[];
}

/**
 * Lets works of a tenant that would only wait for each other's lock in the database wait in memory instead, first come, first served: one at
 * a time in this process, so that a tenant who sends a lot at once holds one connection of the pool and the others stay for others (TEN-09).
 * Who waits for too long, or comes when too many wait, is refused with Retry-After: nothing of theirs was begun.
 */
export class Turns {
  private readonly lines = new Map<string, Line>();
  private readonly underWay = new Set<string>();

  constructor(private readonly limits: { readonly waiting: number; readonly waitMs: number }) {}

  /**
   * Runs `work` when its turn has come. Throws `idempotency_in_progress` while work of the same name of the same actor waits or runs,
   * `service_unavailable` when there is no turn in time.
   */
  async take<T>(ctx: TenantContext, name: string, work: () => Promise<T>): Promise<T> {
    const full = JSON.stringify([ctx.tenantId, ctx.actor.id, name]);
    if (this.underWay.has(full)) throw IdempotencyInProgress.with({ retryAfter: 1 });
    this.underWay.add(full);
    try {
      await this.begin(ctx.tenantId);
      try {
        return await work();
      } finally {
        this.end(ctx.tenantId);
      }
    } finally {
      this.underWay.delete(full);
    }
  }

  private async begin(tenantId: string): Promise<void> {
    const line = this.lines.get(tenantId) ?? { busy: false, waiting: [] };
    this.lines.set(tenantId, line);
    if (!line.busy) line.busy = true;
    else if (line.waiting.length >= this.limits.waiting) throw this.refusal();
    else await this.wait(line);
  }

  private wait({ waiting }: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(this.refusal());
      }, this.limits.waitMs);
      waiting.push(turn);
    });
  }

  private end(tenantId: string): void {
    const line = this.lines.get(tenantId)!;
    const next = line.waiting.shift();
    if (next) next();
    else this.lines.delete(tenantId);
  }

  /** Half of what was waited in vain: by then some of those before are done. */
  private refusal(): Error {
    return ServiceUnavailable.with({ retryAfter: Math.ceil(this.limits.waitMs / 2_000) });
  }
}
