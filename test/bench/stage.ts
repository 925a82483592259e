import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDataSource, UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { identityEntities } from '@tallystick/identity';
import pg from 'pg';
import { migrateDatabase } from '../../scripts/migrate.js';

/** What `scripts/embedded-postgres.mjs` gives. */
interface EmbeddedPostgres {
  startPostgres(options: { dataDir: string; port: number; password: string; removeWhenOrphaned: string }): Promise<EmbeddedServer>;
  removeCluster(dataDir: string): void;
  freePort(): Promise<number>;
}
interface EmbeddedServer {
  readonly pid: number;
  url(database: string): string;
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../../..');
const embedded = (await import(pathToFileURL(path.join(root, 'scripts/embedded-postgres.mjs')).href)) as EmbeddedPostgres;

/** A migrated database and the ways into it. */
export interface BenchDatabase {
  /** As the APIs sign in, under row-level security. */
  readonly appUrl: string;
  /** As superuser: what hand-written SQL is given, free of row-level security. */
  readonly owner: pg.Pool;
  readonly uow: UnitOfWork;
}

/** A PostgreSQL of its own, durable and tuned like that of `npm start`, in a temporary folder. */
export class Stage {
  private readonly ends: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly folder: string,
    private readonly server: EmbeddedServer,
    private readonly password: string,
  ) {}

  static async open(): Promise<Stage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-bench-'));
    chmodSync(folder, 0o755);
    const dataDir = path.join(folder, 'pg');
    const password = randomBytes(12).toString('hex');
    const server = await embedded.startPostgres({ dataDir, port: await embedded.freePort(), password, removeWhenOrphaned: folder });
    const stage = new Stage(folder, server, password);
    stage.ends.push(async () => {
      await server.stop();
      embedded.removeCluster(dataDir);
      rmSync(folder, { recursive: true, force: true });
    });
    await stage.asSuperuser('create database template_of_bench');
    await migrateDatabase({
      url: server.url('template_of_bench'),
      folder: path.join(root, 'dist/migrations'),
      passwords: { app: password, worker: password },
    });
    return stage;
  }

  /** Adds what has to be ended with the stage; the last added ends first. */
  endsWith(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  freePort = (): Promise<number> => embedded.freePort();

  /** A new migrated database. */
  async database(name: string): Promise<BenchDatabase> {
    await this.asSuperuser(`create database ${name} template template_of_bench`);
    const url = new URL(this.server.url(name));
    url.username = 'tallystick_app';
    url.password = this.password;
    const dataSource = await createDataSource({ url: url.href, entities: [...tenancyEntities, ...identityEntities] }).initialize();
    this.endsWith(() => dataSource.destroy());
    const owner = new pg.Pool({ connectionString: this.server.url(name), max: 64 });
    owner.on('error', () => undefined);
    this.endsWith(() => owner.end());
    return { appUrl: url.href, owner, uow: new UnitOfWork(dataSource) };
  }

  async version(): Promise<string> {
    const [row] = await this.asSuperuser('show server_version');
    return String(row?.server_version);
  }

  /** Ends everything that was started, and removes the files. */
  async close(): Promise<void> {
    for (let end = this.ends.pop(); end; end = this.ends.pop()) await end();
  }

  private async asSuperuser(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.server.url('postgres') });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
