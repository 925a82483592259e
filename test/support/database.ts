import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createDataSource, UnitOfWork, type DataSourceSettings } from '@tallystick/platform';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { migrateDatabase } from '../../scripts/migrate.js';

const TEMPLATE = 'tallystick_template';
const PASSWORDS = { app: 'app', worker: 'worker' };

/** A migrated database of its own for one test file, and the three ways in. */
export interface TestDatabase {
  /** As superuser, past row-level security: to look at, and to break, what the apps cannot. */
  readonly ownerUrl: string;
  /** As the APIs sign in. */
  readonly appUrl: string;
  /** As the worker signs in. */
  readonly workerUrl: string;
  /** Drops it, whoever is still connected. */
  close(): Promise<void>;
}

/** Clones the migrated template: real migrations, in a tenth of a second. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(async (client) => {
    await ensureTemplate(client);
    await client.query(`create database ${name} template ${TEMPLATE}`);
    await copyRoleSettings(client, name);
  });
  return {
    ownerUrl: connectionString(name),
    appUrl: connectionString(name, 'tallystick_app', PASSWORDS.app),
    workerUrl: connectionString(name, 'tallystick_worker', PASSWORDS.worker),
    close: () => asSuperuser(async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** An empty database of its own, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<Pick<TestDatabase, 'ownerUrl' | 'close'>> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(async (client) => void (await client.query(`create database ${name}`)));
  return {
    ownerUrl: connectionString(name),
    close: () => asSuperuser(async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** A unit of work on a data source made as the apps make theirs. */
export async function openUnitOfWork(
  url: string,
  settings: Omit<DataSourceSettings, 'url'> = {},
): Promise<{ uow: UnitOfWork; dataSource: DataSource; close(): Promise<void> }> {
  const dataSource = await createDataSource({ url, ...settings }).initialize();
  return { uow: new UnitOfWork(dataSource), dataSource, close: () => dataSource.destroy() };
}

function connectionString(database: string, user?: string, password?: string): string {
  const given = process.env.TEST_PG_URL;
  if (!given) throw new Error('TEST_PG_URL is not set: database tests belong into .int-spec.ts, .e2e-spec.ts or .scenario-spec.ts files');
  const url = new URL(given);
  url.pathname = `/${database}`;
  if (user) url.username = user;
  if (password) url.password = password;
  const pooler = process.env.TEST_POOLER_HOST;
  if (pooler && user) {
    url.host = pooler;
    url.search = '?pgbouncer=true';
  }
  return url.href;
}

async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: connectionString('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The first test file that asks migrates the template; the others wait for it. */
async function ensureTemplate(client: pg.Client): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('${TEMPLATE}'))`);
  try {
    if ((await client.query('select from pg_database where datname = $1', [TEMPLATE])).rowCount) return;
    const draft = `${TEMPLATE}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    await migrateDatabase({ url: connectionString(draft), folder: path.resolve('migrations'), passwords: PASSWORDS });
    await client.query(`alter database ${draft} rename to ${TEMPLATE}`);
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('${TEMPLATE}'))`);
  }
}

/** Time-outs that a role has in one database are not part of a template. */
async function copyRoleSettings(client: pg.Client, database: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter role %I in database %I set %I = %L', r.rolname, $2::text, split_part(s.setting, '=', 1), split_part(s.setting, '=', 2)) as statement
     from pg_db_role_setting c join pg_roles r on r.oid = c.setrole join pg_database d on d.oid = c.setdatabase, unnest(c.setconfig) as s(setting)
     where d.datname = $1`,
    [TEMPLATE, database],
  );
  for (const { statement } of rows) await client.query(statement);
}
