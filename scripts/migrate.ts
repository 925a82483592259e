import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

/** What a migration run is told. */
export interface MigrationSettings {
  /** The owner's connection string: a role that may create tables and roles, not the one the apps use. */
  readonly url: string;
  /** The folder of the migrations: `<timestamp>-<slug>.js`, or `.ts` where a test compiles them. */
  readonly folder: string;
  /** Passwords to give to the login roles of the apps; a role without one keeps what it has. */
  readonly passwords?: { readonly app?: string; readonly worker?: string };
}

/** Serializes migration runs of one database across processes (OPS-05). */
const LOCK = '7411764000000000';
const QUEUE_SCHEMA = 'bullmq';

/**
 * Brings a database up to date: the tables, the queues' own schema, the passwords of the login roles. Running it again, or many times at
 * once, changes nothing. Answers the names of the migrations that this call ran.
 * @throws Error when the database refuses; `describeFailure` puts it into a sentence
 */
export async function migrateDatabase({ url, folder, passwords = {} }: MigrationSettings): Promise<string[]> {
  return alone(url, async (client) => {
    const applied = await withMigrations(url, folder, async (dataSource) =>
      (await dataSource.runMigrations({ transaction: 'each' })).map(({ name }) => name),
    );
    await runMigrations(client as never, QUEUE_SCHEMA);
    await openQueuesToWorker(client);
    await setPassword(client, 'tallystick_app', passwords.app);
    await setPassword(client, 'tallystick_worker', passwords.worker);
    // A plan made while the tables were empty would scan them from end to end as they grow.
    if (applied.length > 0) await client.query('analyze');
    return applied;
  });
}

/** Takes back the last migration, for a release that has to be withdrawn. Answers its name, or undefined when none is left. */
export async function revertLastMigration({ url, folder }: MigrationSettings): Promise<string | undefined> {
  return alone(url, () =>
    withMigrations(url, folder, async (dataSource) => {
      if (!(await dataSource.query(`select to_regclass('migrations') as found`))[0].found) return undefined;
      const [last] = await dataSource.query('select name from migrations order by id desc limit 1');
      if (last) await dataSource.undoLastMigration({ transaction: 'each' });
      return last?.name;
    }),
  );
}

async function alone<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'tallystick-migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withMigrations<T>(url: string, folder: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations: await loadMigrations(folder),
    poolSize: 2,
    installExtensions: false,
    // A migration that cannot get its lock gives way to the traffic instead of stopping it.
    extra: { options: '-c lock_timeout=5s -c statement_timeout=0', application_name: 'tallystick-migrate' },
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

type MigrationClass = new () => MigrationInterface;

async function loadMigrations(folder: string): Promise<MigrationClass[]> {
  const files = readdirSync(folder).filter((file) => /^\d+-.+(?<!\.d)\.[jt]s$/.test(file));
  if (files.length === 0) throw new Error(`there is no migration in ${folder}`);
  return Promise.all(
    files.sort().map(async (file) => {
      const exported = Object.values((await import(path.join(folder, file))) as Record<string, unknown>);
      const classes = exported.filter((value): value is MigrationClass => typeof value === 'function');
      const [migration] = classes;
      if (!migration || classes.length > 1) throw new Error(`${file} must export one migration`);
      if (!migration.name.endsWith(file.split('-')[0] as string)) throw new Error(`the class of ${file} must end in its timestamp`);
      return migration;
    }),
  );
}

/** The worker uses the queues but does not own their tables (TEN-02); BullMQ makes a counter for each queue when it is first used. */
async function openQueuesToWorker(client: pg.Client): Promise<void> {
  await client.query(`grant usage, create on schema ${QUEUE_SCHEMA} to tallystick_worker`);
  for (const kind of ['tables', 'sequences', 'functions']) {
    await client.query(`grant all on all ${kind} in schema ${QUEUE_SCHEMA} to tallystick_worker`);
  }
}

async function setPassword(client: pg.Client, role: string, password: string | undefined): Promise<void> {
  if (!password) return;
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter role %I login password %L', $1::text, $2::text) as statement`,
    [role, password],
  );
  await client.query(rows[0]?.statement ?? '');
}

/** A failed run in one sentence, without the password of the connection string. */
export function describeFailure(error: unknown, url: string): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target) return 'DATABASE_URL is not a connection string: expected postgres://user:password@host:port/database';
  const where = `${target.hostname}:${target.port || 5432}`;
  const database = target.pathname.slice(1);
  if (
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'].includes(code) ||
    /timeout expired/.test(message)
  ) {
    return `no PostgreSQL answers at ${where} (${code || 'timeout'}): check DATABASE_URL and that the server runs`;
  }
  if (code === '28P01' || code === '28000')
    return `the database at ${where} refuses the user ${target.username}: check the password in DATABASE_URL`;
  if (code === '3D000') return `there is no database "${database}" at ${where}: create it, or correct DATABASE_URL`;
  if (code === '42501')
    return `the user ${target.username} may not change the database "${database}": migrate as its owner, with the right to create roles`;
  if (code === '55P03')
    return 'a table is in use by other work: nothing was changed by the waiting migration, run it again at a quieter moment';
  return `the migration failed: ${message || String(error)}`;
}

async function main(script: string): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: give the connection string of the database owner');
  const settings: MigrationSettings = {
    url,
    folder: path.resolve(path.dirname(script), '../migrations'),
    passwords: { app: process.env.APP_DB_PASSWORD, worker: process.env.WORKER_DB_PASSWORD },
  };
  if (process.argv.includes('--revert')) {
    console.log(`reverted: ${(await revertLastMigration(settings).catch(inWords(url))) ?? 'nothing'}`);
  } else {
    const applied = await migrateDatabase(settings).catch(inWords(url));
    console.log(applied.length > 0 ? `applied ${applied.length} migrations, up to ${applied.at(-1)}` : 'the database is up to date');
  }
}

const inWords = (url: string) => (error: unknown) => {
  throw new Error(describeFailure(error, url), { cause: error });
};

const started = process.argv[1] && realpathSync(process.argv[1]);
if (started && path.basename(started).startsWith('migrate.')) {
  main(started).catch((error: Error) => {
    console.error(`[migrate] ${error.message}`);
    process.exitCode = 1;
  });
}
