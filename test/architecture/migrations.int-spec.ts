import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { describeFailure, migrateDatabase, revertLastMigration } from '../../scripts/migrate.js';
import { createEmptyDatabase } from '../support/database.js';

const folder = path.resolve('migrations');
const count = readdirSync(folder).length;

/** Everything that makes up the schema, as text. */
const SCHEMA = `
  select 'table ' || c.relname || ' ' || c.relrowsecurity || c.relforcerowsecurity || coalesce(c.relacl::text, '') || coalesce(c.reloptions::text, '') as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'S') and c.relname not like 'migrations%'
  union all select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '')
    from information_schema.columns where table_schema = 'public' and table_name not like 'migrations%'
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid::regclass::text not like 'migrations%'
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public' and tablename not like 'migrations%'
  union all select 'policy ' || tablename || ' ' || policyname || ' ' || roles::text || cmd || coalesce(qual, '') || coalesce(with_check, '') from pg_policies
  union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
  order by 1`;

async function schemaOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ line: string }>(SCHEMA)).rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

describe('the migrations (OPS-05)', () => {
  it('run once when many processes start at once, and change nothing when run again (OPS-04)', async () => {
    const database = await createEmptyDatabase();
    try {
      const settings = { url: database.ownerUrl, folder };
      const runs = await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(settings)));
      expect(runs.map((applied) => applied.length).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, count]);
      const before = await schemaOf(database.ownerUrl);
      expect(before.length).toBeGreaterThan(100);
      expect(await migrateDatabase(settings)).toEqual([]);
      expect(await schemaOf(database.ownerUrl)).toEqual(before);
    } finally {
      await database.close();
    }
  });

  it('can be taken back one by one, down to nothing, and run again to the same schema', async () => {
    const database = await createEmptyDatabase();
    try {
      const settings = { url: database.ownerUrl, folder };
      const names = await migrateDatabase(settings);
      const before = await schemaOf(database.ownerUrl);
      const reverted: (string | undefined)[] = [];
      for (let i = 0; i < count; i++) reverted.push(await revertLastMigration(settings));
      expect(reverted).toEqual([...names].reverse());
      expect(await schemaOf(database.ownerUrl)).toEqual([]);
      expect(await revertLastMigration(settings)).toBeUndefined();
      await migrateDatabase(settings);
      expect(await schemaOf(database.ownerUrl)).toEqual(before);
    } finally {
      await database.close();
    }
  });

  it('give way after seconds when a table is in use, instead of stopping the traffic', async () => {
    const database = await createEmptyDatabase();
    const traffic = new pg.Client({ connectionString: database.ownerUrl });
    await traffic.connect();
    try {
      const settings = { url: database.ownerUrl, folder };
      await migrateDatabase(settings);
      await traffic.query('begin');
      await traffic.query('lock table organization, tenant, event, job_outbox, idempotency_key in access share mode');
      for (let i = 0; i < count; i++) {
        const failure = await revertLastMigration(settings).then(
          () => undefined,
          (error: unknown) => describeFailure(error, settings.url),
        );
        if (failure) return expect(failure).toMatch(/^a table is in use by other work/);
      }
      throw new Error('nothing waited for the lock');
    } finally {
      await traffic.end();
      await database.close();
    }
  });
});

describe('a database that cannot be migrated', () => {
  const tries = (url: string): Promise<string> =>
    migrateDatabase({ url, folder }).then(
      () => 'migrated',
      (error: unknown) => describeFailure(error, url),
    );

  it('is told in one sentence, without the password', async () => {
    const base = new URL(process.env.TEST_PG_URL ?? '');
    const wrong = Object.assign(new URL(base), { password: 'hunter2' });
    expect(await tries(wrong.href)).toBe(`the database at ${base.host} refuses the user postgres: check the password in DATABASE_URL`);
    const missing = Object.assign(new URL(base), { pathname: '/nowhere' });
    expect(await tries(missing.href)).toBe(`there is no database "nowhere" at ${base.host}: create it, or correct DATABASE_URL`);
    expect(await tries('postgres://a:hunter2@127.0.0.1:1/x')).toBe(
      'no PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED): check DATABASE_URL and that the server runs',
    );
    expect(await tries('hunter2')).toMatch(/^DATABASE_URL is not a connection string/);
  });
});
