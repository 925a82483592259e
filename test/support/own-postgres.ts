import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { migrateDatabase } from '../../scripts/migrate.js';
import { until } from './receiver.js';

const RUNNER = path.resolve('scripts/embedded-postgres.mjs');
const DATABASE = 'tallystick';
const PASSWORDS = { app: 'app', worker: 'worker' };

/** Starts the server again whenever it is gone, as whoever runs one does, and tells its number each time; goes with the test, and its files too. */
const program = (folder: string): string => `
  import { rmSync } from 'node:fs';
  import { freePort, removeCluster, startPostgres } from ${JSON.stringify(RUNNER)};
  const [folder, dataDir, port] = [${JSON.stringify(folder)}, ${JSON.stringify(path.join(folder, 'pg'))}, await freePort()];
  let server;
  const start = async () => {
    server = await startPostgres({ dataDir, port, password: 'test', removeWhenOrphaned: folder, onExit: start });
    console.log(JSON.stringify({ pid: server.pid, url: server.url('postgres') }));
  };
  await start();
  process.once('disconnect', async () => {
    await server.stop();
    removeCluster(dataDir);
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });`;

/** A PostgreSQL server of one test's own, with a migrated database: one that may be killed, and comes back with all that it has confirmed. */
export class OwnPostgres {
  private constructor(
    private readonly runner: ChildProcess,
    private readonly server: { pid: number; url: string },
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-own-'));
    chmodSync(folder, 0o755);
    const runner = spawn(process.execPath, ['--input-type=module', '-e', program(folder)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const server = { pid: 0, url: '' };
    createInterface({ input: runner.stdout! }).on('line', (line) => Object.assign(server, JSON.parse(line)));
    await until(() => server.pid > 0, 60_000);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`create database ${DATABASE}`);
    await client.end();
    const own = new OwnPostgres(runner, server);
    await migrateDatabase({ url: own.ownerUrl, folder: path.resolve('migrations'), passwords: PASSWORDS });
    return own;
  }

  /** As superuser. */
  get ownerUrl(): string {
    return this.as('postgres', 'test');
  }

  /** As the APIs sign in. */
  get appUrl(): string {
    return this.as('tallystick_app', PASSWORDS.app);
  }

  /** As the worker signs in. */
  get workerUrl(): string {
    return this.as('tallystick_worker', PASSWORDS.worker);
  }

  /** `kill -9` of the postmaster; answers when it has recovered. */
  async kill(): Promise<void> {
    const { pid } = this.server;
    process.kill(pid, 'SIGKILL');
    await until(() => this.server.pid !== pid, 90_000);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.runner.once('exit', resolve));
    this.runner.disconnect();
    await gone;
  }

  private as(user: string, password: string): string {
    const url = new URL(this.server.url);
    [url.username, url.password, url.pathname] = [user, password, DATABASE];
    return url.href;
  }
}
