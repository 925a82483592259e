import { hkdfSync } from 'node:crypto';
import { Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Config } from './config/config.js';
import { Keyring } from './crypto/keyring.js';
import type { Ground } from './ground.js';
import { Readiness } from './health/readiness.js';
import { OutgoingHttp } from './http-client/outgoing-http.js';
import { Writes } from './http/idempotency/writes.js';
import { Cursors } from './http/paging/cursors.js';
import { assertRuntimeRole, createDataSource } from './persistence/data-source.js';
import { UnitOfWork } from './persistence/unit-of-work.js';
import { Mail } from './mail/mail.js';
import { OutgoingSftp } from './sftp/outgoing-sftp.js';
import { FileStore } from './storage/file-store.js';
import { SealedFiles } from './storage/sealed-files.js';
import { Metrics } from './telemetry/metrics.js';

/** Injects the `Config` of the process: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('config');
/** Injects the `Logger` of the process: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('logger');

/** Closes the connections after everything else has stopped. */
@Injectable()
class DatabaseLifetime implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/** The ground floor of every app: configuration, database, writes under keys, cursors, log and figures. */
@Module({})
export class PlatformModule {
  static forRoot(ground: Ground, entities: DataSourceOptions['entities'] = []): DynamicModule {
    const { config, logger, metrics, readiness } = ground;
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: Readiness, useValue: readiness },
      { provide: DataSource, useFactory: () => connect(ground, entities) },
      { provide: Cursors, useFactory: () => new Cursors(cursorSecret(config)) },
      { provide: Keyring, useFactory: () => new Keyring([config.key]) },
      { provide: OutgoingHttp, useFactory: () => new OutgoingHttp({ loopbackForSandboxes: config.webhookAllowLoopback }) },
      { provide: OutgoingSftp, useFactory: () => new OutgoingSftp(config.isSftpNetwork) },
      Mail,
      { provide: FileStore, useFactory: () => new FileStore(config.dataDir) },
      {
        provide: SealedFiles,
        inject: [FileStore, Keyring],
        useFactory: (store: FileStore, keyring: Keyring) => new SealedFiles(store, keyring),
      },
      UnitOfWork,
      Writes,
    ];
    return { module: PlatformModule, global: true, providers: [...providers, DatabaseLifetime], exports: providers };
  }
}

async function connect({ app, config, metrics, readiness }: Ground, entities: DataSourceOptions['entities']): Promise<DataSource> {
  const dataSource = createDataSource({ url: config.databaseUrl, entities, name: `tallystick ${app}` });
  await dataSource.initialize();
  await assertRuntimeRole(dataSource, { durable: config.environment === 'production' });
  metrics.watchPool(dataSource);
  readiness.watch('database', () => dataSource.query('select 1'));
  return dataSource;
}

const cursorSecret = ({ key }: Config): Buffer => Buffer.from(hkdfSync('sha256', key, '', 'cursors', 32));
