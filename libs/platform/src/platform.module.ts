import { hkdfSync } from 'node:crypto';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Config } from './config/config.js';
import type { AppName } from './http/http-app.js';
import { Writes } from './http/idempotency/writes.js';
import { Cursors } from './http/paging/cursors.js';
import { assertRuntimeRole, createDataSource } from './persistence/data-source.js';
import { UnitOfWork } from './persistence/unit-of-work.js';
import { createLogger, type Logger } from './telemetry/logger.js';
import { Metrics } from './telemetry/metrics.js';

/** Injects the `Config` of the process: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('config');
/** Injects the `Logger` of the process: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('logger');

/** What the ground floor of an app is made with. */
export interface PlatformSettings {
  readonly app: AppName;
  readonly entities?: DataSourceOptions['entities'];
  readonly logger?: Logger;
}

/** The ground floor of every app: configuration, database, writes under keys, cursors, log and figures. */
@Module({})
export class PlatformModule {
  static forRoot(config: Config, { app, entities, logger }: PlatformSettings): DynamicModule {
    const metrics = new Metrics(app);
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger ?? createLogger({ app, level: config.logLevel }) },
      { provide: Metrics, useValue: metrics },
      { provide: DataSource, useFactory: () => connect(config, app, entities, metrics) },
      { provide: Cursors, useFactory: () => new Cursors(Buffer.from(hkdfSync('sha256', config.key, '', 'cursors', 32))) },
      UnitOfWork,
      Writes,
    ];
    return { module: PlatformModule, global: true, providers: [...providers, DatabaseLifetime], exports: providers };
  }
}

async function connect(config: Config, app: AppName, entities: DataSourceOptions['entities'], metrics: Metrics): Promise<DataSource> {
  const dataSource = createDataSource({ url: config.databaseUrl, entities, name: `tallystick ${app}` });
  await dataSource.initialize();
  await assertRuntimeRole(dataSource, { durable: config.environment === 'production' });
  metrics.watchPool(dataSource);
  return dataSource;
}

/** Closes the connections after everything else has stopped. */
@Injectable()
class DatabaseLifetime {
  constructor(private readonly dataSource: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
