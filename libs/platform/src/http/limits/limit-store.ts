import { Redis } from 'ioredis';
import pg from 'pg';
import { RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Config } from '../../config/config.js';
import { clientFor } from '../../persistence/database-client.js';
import { LIMIT_NAMES, type LimitName } from './limits.policy.js';

/** What a key has used up in its present window. */
export interface Used {
  /** Everything taken in the window, this time included. */
  readonly total: number;
  readonly msLeft: number;
}

/** Where the counts of all processes meet. */
export interface LimitStore {
  /** Adds `count` to what `key` has used of a limit. Throws when the store does not answer in time. */
  take(name: LimitName, key: string, count: number): Promise<Used>;
  close(): Promise<void>;
}

/** A count must be there at once or not at all: requests wait for it. */
const PATIENCE_MS = 1_000;
const PREFIX = 'tallystick:limit';

/** Redis when its address is given, else the table `rate_limit` of the database. */
export const openLimitStore = (config: Pick<Config, 'databaseUrl' | 'redisUrl' | 'limits'>, app: string): Promise<LimitStore> =>
  config.redisUrl ? onRedis(config.redisUrl, config.limits) : Promise.resolve(onPostgres(config.databaseUrl, config.limits, app));

type Limits = Config['limits'];
type Limiter = Pick<RateLimiterPostgres, 'penalty'>;

/** Connections of its own: a count does not wait for business transactions, nor do they for it. Its table waits for no disk. */
function onPostgres(databaseUrl: string, limits: Limits, app: string): LimitStore {
  const pool = new pg.Pool({
    Client: clientFor(databaseUrl),
    connectionString: databaseUrl,
    application_name: `tallystick ${app} limits`,
    max: 3,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', () => undefined); // an idle connection that broke is replaced by the next one
  return storeOf(
    (name) =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: 'rate_limit',
        tableCreated: true,
        clearExpiredByTimeout: name === LIMIT_NAMES[0],
        keyPrefix: name,
        points: limits[name].count,
        duration: limits[name].seconds,
      }),
    () => pool.end(),
  );
}

async function onRedis(redisUrl: string, limits: Limits): Promise<LimitStore> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    disconnectTimeout: 200,
  });
  client.on('error', () => undefined); // told by the count that fails
  await client.connect().catch(() => undefined);
  return storeOf(
    (name) =>
      new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `${PREFIX}:${name}`,
        points: limits[name].count,
        duration: limits[name].seconds,
      }),
    () => Promise.resolve(client.disconnect()),
  );
}

/** `penalty` adds and answers what is used, whether or not the limit is passed; what that means is for the allowance to say. */
function storeOf(limiterOf: (name: LimitName) => Limiter, close: () => Promise<void>): LimitStore {
  const limiters = Object.fromEntries(LIMIT_NAMES.map((name) => [name, limiterOf(name)])) as Record<LimitName, Limiter>;
  return {
    async take(name, key, count) {
      const { consumedPoints, msBeforeNext } = await limiters[name].penalty(key, count);
      return { total: consumedPoints, msLeft: msBeforeNext };
    },
    close,
  };
}
