import type { Config } from './config/config.js';
import { Readiness } from './health/readiness.js';
import { createLogger, type Logger } from './telemetry/logger.js';
import { Metrics } from './telemetry/metrics.js';

/** The processes that speak HTTP. */
export type AppName = 'public-api' | 'admin-api' | 'worker';

/** What a process has before it has modules. */
export interface Ground {
  readonly app: AppName;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** Lays the ground of a process. */
export const layGround = (app: AppName, config: Config, logger = createLogger({ app, level: config.logLevel })): Ground => ({
  app,
  config,
  logger,
  metrics: new Metrics(app),
  readiness: new Readiness(),
});
