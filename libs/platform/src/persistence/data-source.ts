import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { clientFor } from './database-client.js';

/** How an app reaches its database. */
export interface DataSourceSettings {
  /** Connection string of a login role of the apps: `tallystick_app` or `tallystick_worker`. */
  readonly url: string;
  readonly entities?: DataSourceOptions['entities'];
  /** Connections at most; work that waits longer than five seconds for one is refused with 503. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly name?: string;
}

/** The data source of an app, not yet connected. The schema is the migrations' matter alone: nothing is synchronized. */
export function createDataSource({ url, entities = [], poolSize = 10, name = 'tallystick' }: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    entities,
    poolSize,
    applicationName: name,
    installExtensions: false,
    extra: { Client: clientFor(url), connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000, keepAlive: true },
    poolErrorHandler: () => undefined, // an idle connection that broke is replaced by the next one
  });
}

interface RoleRow {
  role: string;
  superuser: boolean;
  bypasses: boolean;
  owns: string | null;
  fsync: string;
  synchronous_commit: string;
}

/**
 * Refuses to work as a role that row-level security does not bind (TEN-02), or, when `durable`, on a server that may forget
 * what it has confirmed (LED-11).
 * @throws Error in one sentence
 */
export async function assertRuntimeRole(dataSource: DataSource, { durable }: { readonly durable: boolean }): Promise<void> {
  const [row] = await dataSource.query<RoleRow[]>(`
    select rolname as role, rolsuper as superuser, rolbypassrls as bypasses,
      (select min(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p')
          and not r.rolsuper and pg_has_role(r.oid, c.relowner, 'usage')) as owns,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit
    from pg_roles r where rolname = current_user`);
  if (!row) throw new Error('the database does not say who we are');
  const refusal = 'sign in as tallystick_app or tallystick_worker';
  if (row.superuser) throw new Error(`the database role ${row.role} is a superuser, which row-level security does not bind: ${refusal}`);
  if (row.bypasses) throw new Error(`the database role ${row.role} bypasses row-level security: ${refusal}`);
  if (row.owns) throw new Error(`the database role ${row.role} owns the table ${row.owns}: ${refusal}`);
  if (!durable) return;
  for (const setting of ['fsync', 'synchronous_commit'] as const) {
    if (row[setting] === 'on' || row[setting] === 'remote_apply') continue;
    throw new Error(`the database runs with ${setting} = ${row[setting]} and may forget what it has confirmed: set it to on`);
  }
}
