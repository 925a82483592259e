import type { FastifyReply } from 'fastify';
import { Counter } from 'prom-client';
import type { Ground } from '../../ground.js';
import { ServiceUnavailable, Throttled } from '../../platform.errors.js';
import { Allowance, type Spent } from './allowance.js';
import { secondsOf, tellLimit } from './limit-headers.js';
import { openLimitStore, type LimitStore } from './limit-store.js';
import { GENERAL_LIMITS, LIMIT_NAMES, type LimitName } from './limits.policy.js';

/** After a count that failed, nobody waits for the store for so long. */
const REST_MS = 1_000;

/**
 * The rate limits of an app. When the store of the counts is away, the general limits let everybody pass, and what a limit of its own
 * protects is closed with 503: nobody guesses passwords because a counter is down (RTL-06).
 */
export class RateLimits {
  private readonly allowances: Readonly<Record<LimitName, Allowance>>;
  private readonly refused: Counter<'limit'>;
  private readonly failures: Counter<'limit'>;
  private restingUntil = 0;

  private constructor(
    private readonly ground: Pick<Ground, 'config' | 'logger'>,
    private readonly store: LimitStore,
    { metrics }: Pick<Ground, 'metrics'>,
  ) {
    const { limits } = ground.config;
    const entries = LIMIT_NAMES.map((name) => [name, new Allowance(limits[name], (key, count) => store.take(name, key, count))]);
    this.allowances = Object.fromEntries(entries) as Record<LimitName, Allowance>;
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['limit'], registers: [metrics.registry] });
    this.refused = counter('rate_limited_requests_total', 'Requests that were refused by a rate limit');
    this.failures = counter('rate_limit_store_failures_total', 'Requests whose rate limit could not be counted');
  }

  static async open(ground: Ground): Promise<RateLimits> {
    return new RateLimits(ground, await openLimitStore(ground.config, ground.app), ground);
  }

  /**
   * Counts a request against a limit and tells the caller so in the headers of the answer. Answers at once where nobody need be asked.
   * Throws `throttled`, or `service_unavailable` when the limit of a route's own cannot be counted.
   */
  spend(name: LimitName, key: string, reply: FastifyReply): void | Promise<void> {
    if (Date.now() < this.restingUntil) return this.uncounted(name);
    const spent = this.allowances[name].spend(key);
    if (!(spent instanceof Promise)) return this.tell(name, spent, reply);
    return spent.then(
      (answer) => this.tell(name, answer, reply),
      (error: unknown) => {
        if (Date.now() >= this.restingUntil) this.ground.logger.warn({ err: error, limit: name }, 'the rate limits cannot be counted');
        this.restingUntil = Date.now() + REST_MS;
        this.uncounted(name);
      },
    );
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private tell(name: LimitName, spent: Spent, reply: FastifyReply): void {
    tellLimit(reply, name, this.ground.config.limits[name], spent);
    if (spent.granted) return;
    this.refused.inc({ limit: name });
    throw Throttled.with({ retryAfter: secondsOf(spent.resetInMs) });
  }

  private uncounted(name: LimitName): void {
    this.failures.inc({ limit: name });
    if (!(GENERAL_LIMITS as readonly string[]).includes(name)) throw ServiceUnavailable.with({ retryAfter: REST_MS / 1_000 });
  }
}
