import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Tables that belong to no tenant, by name: whoever adds one says so here, and why. */
const WITHOUT_TENANT: Readonly<Record<string, string>> = {
  account_deletion: 'of a person, with all that they are in any tenant',
  mfa_factor: "a person's second factor is the same in every tenant",
  mfa_recovery_code: 'belongs to such a factor',
  migrations: 'what the schema is made of',
  organization: 'owns tenants',
  passcode_challenge: 'asked for before anybody knows who signs in, and where to; holds keyed hashes alone',
  platform_audit_head: "the end of the platform's own audit trail",
  platform_audit_record: 'what was done on the platform itself, outside tenants',
  platform_invitation: 'invites people to the platform itself',
  platform_role: 'what a person may do on the platform itself',
  refresh_token: 'continues a session',
  sign_in_failure: 'counted before anybody knows who signs in, and where to',
  rate_limit: 'counts the requests of addresses too, before there is a tenant; keys of callers have the tenant in them',
  signing_key: 'signs the tokens of all tenants',
  tenant: 'is the tenant: its id is the tenant id',
  tenant_slug: 'which tenant a slug names, for who asks before there is a tenant',
  user_account: 'a person may belong to several tenants',
  user_session: 'a sign-in of a person, to a tenant or to the platform: a changed password ends them all',
};

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
});

const names = async (sql: string): Promise<string[]> => (await owner.query<{ name: string }>(sql)).rows.map(({ name }) => name);
const TABLES = `select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
    (select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`;

describe('the tables of tenants', () => {
  it('are all there is, but for those listed by name', async () => {
    expect(await names(`select relname as name from (${TABLES}) t where tenant is null order by 1`)).toEqual(
      Object.keys(WITHOUT_TENANT).sort(),
    );
    expect((await names(`select relname as name from (${TABLES}) t where tenant is not null`)).length).toBeGreaterThan(10);
  });

  it('have row-level security on and forced, and a policy by tenant (TEN-01)', async () => {
    const open = `select relname as name from (${TABLES}) t where (tenant is not null or relname = 'tenant') and not relispartition
      and not (relrowsecurity and relforcerowsecurity and exists (
        select from pg_policy p where p.polrelid = t.oid and p.polcmd = '*' and p.polroles = '{0}'
          and pg_get_expr(p.polqual, t.oid) like '%= current_tenant_id()%' and pg_get_expr(p.polwithcheck, t.oid) like '%= current_tenant_id()%'))`;
    expect(await names(open)).toEqual([]);
  });

  it('open themselves across tenants to the worker, and before there is a tenant to the person who signs in and to staff', async () => {
    const wide = `select c.relname || ': ' || pg_get_expr(p.polqual, c.oid) as name from pg_policy p join pg_class c on c.oid = p.polrelid
      where pg_get_expr(p.polqual, c.oid) not in ('(tenant_id = current_tenant_id())', '(id = current_tenant_id())')
        and p.polroles <> array[(select oid from pg_roles where rolname = 'tallystick_worker')] order by 1`;
    expect(await names(wide)).toEqual([
      expect.stringMatching(
        /^idempotency_key: \(\(current_tenant_id\(\) IS NULL\) AND .*'00000000-0000-0000-0000-000000000000'.*current_user_id\(\)/s,
      ),
      expect.stringMatching(/^institution: \( SELECT is_platform_staff\(\)/),
      expect.stringMatching(/^invitation: \(\(current_tenant_id\(\) IS NULL\) AND .*current_user_id\(\)/s),
      expect.stringMatching(/^network_allowlist: \( SELECT is_platform_staff\(\)/),
      'platform_audit_head: (current_tenant_id() IS NULL)',
      'platform_audit_record: (current_tenant_id() IS NULL)',
      'platform_invitation: (current_tenant_id() IS NULL)',
      'platform_invitation: (current_tenant_id() IS NULL)',
      expect.stringMatching(/^platform_role: \( SELECT is_super_admin\(\)/),
      'platform_role: true',
      expect.stringMatching(/^role: \(\(current_tenant_id\(\) IS NULL\) AND .*current_user_id\(\)/s),
      expect.stringMatching(/^tenant: \( SELECT is_platform_staff\(\)/),
      expect.stringMatching(/^tenant: \( SELECT is_platform_staff\(\)/),
      expect.stringMatching(/^tenant: \(\(current_tenant_id\(\) IS NULL\) AND .*current_user_id\(\)/s),
      expect.stringMatching(/^tenant_user: \(\(current_tenant_id\(\) IS NULL\) AND .*current_user_id\(\)/s),
    ]);
  });

  it('have the tenant first in every primary key, unique key and index', async () => {
    const wrong = `select t.relname || ': ' || i.indexrelid::regclass as name from (${TABLES}) t join pg_index i on i.indrelid = t.oid
      where tenant is not null and i.indkey[0] is distinct from tenant`;
    expect(await names(wrong)).toEqual([]);
    expect(
      await names(
        `select relname as name from (${TABLES}) t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)`,
      ),
    ).toEqual([]);
  });

  it('have the tenant first in every foreign key, on both sides (TEN-07)', async () => {
    const wrong = `select t.relname || ': ' || k.conname as name from (${TABLES}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
      where tenant is not null and k.confrelid <> 'user_account'::regclass and (k.conkey[1] is distinct from tenant or (
        k.confrelid <> 'tenant'::regclass and k.confkey[1] is distinct from (select a.attnum from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'tenant_id')))`;
    expect(await names(wrong)).toEqual([]);
  });

  it('fill the tenant in as a uuid that may not be missing', async () => {
    const wrong = `select relname as name from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid and a.attnum = tenant
      where not a.attnotnull or a.atttypid <> 'uuid'::regtype`;
    expect(await names(wrong)).toEqual([]);
  });
});

describe('the roles of the apps (TEN-02)', () => {
  const ROLES = ['tallystick_app', 'tallystick_runtime', 'tallystick_worker'];

  it('are neither superusers nor past row-level security, and may not make roles or databases', async () => {
    const { rows } = await owner.query(
      `select rolname from pg_roles where rolname = any ($1) and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication) order by 1`,
      [ROLES],
    );
    expect(rows.map(({ rolname }) => rolname)).toEqual(ROLES);
  });

  it('own no table and may create nothing outside the queues, which make a counter for each queue', async () => {
    const owned = `select c.relname as name from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname like 'tallystick%' and c.relkind <> 'S'
      union all select n.nspname from pg_namespace n join pg_roles r on r.oid = n.nspowner where r.rolname like 'tallystick%'
      union all select p.proname from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname like 'tallystick%'`;
    expect(await names(owned)).toEqual([]);
    const creating = `select r.rolname || ' in ' || n.nspname as name from pg_roles r, pg_namespace n
      where r.rolname like 'tallystick%' and n.nspname not like 'pg_%' and n.nspname <> 'bullmq' and has_schema_privilege(r.oid, n.oid, 'create')`;
    expect(await names(creating)).toEqual([]);
  });

  it('add to the audit trails and read them, no more (AUD-03)', async () => {
    const changing = `select relname as name from (${TABLES}) t, pg_roles r where r.rolname like 'tallystick%'
      and relname in ('audit_record', 'platform_audit_record') and has_table_privilege(r.oid, t.oid, 'update, delete, truncate')`;
    expect(await names(changing)).toEqual([]);
  });

  it('never truncate, and never reach the queues as an API', async () => {
    const truncating = `select relname as name from (${TABLES}) t, pg_roles r where r.rolname like 'tallystick%' and has_table_privilege(r.oid, t.oid, 'truncate, trigger, references')`;
    expect(await names(truncating)).toEqual([]);
    expect(await names(`select 'yes' as name where has_schema_privilege('tallystick_app', 'bullmq', 'usage')`)).toEqual([]);
    expect(await names(`select 'yes' as name where has_schema_privilege('tallystick_worker', 'bullmq', 'usage')`)).toEqual(['yes']);
  });

  it('read no row of any tenant and write none without a context (TEN-03)', async () => {
    const tables = await names(
      `select relname as name from (${TABLES}) t where (tenant is not null or relname = 'tenant') and not relispartition and has_table_privilege('tallystick_app', t.oid, 'select') order by 1`,
    );
    expect(tables.length).toBeGreaterThan(10);
    await owner.query(`set session_replication_role = replica`);
    const someone = '018f0000-0000-7000-8000-000000000001';
    await owner.query(`insert into organization (id, name) values ($1, 'Somebody')`, [someone]);
    await owner.query(
      `insert into tenant (id, organization_id, slug, name, mode, currency) values ($1, $1, 'somebody', 'Somebody', 'live', 'INR')`,
      [someone],
    );
    const app = new pg.Client({ connectionString: database.appUrl });
    await app.connect();
    try {
      for (const table of tables)
        expect([table, (await app.query(`select count(*)::int as n from ${table}`)).rows]).toEqual([table, [{ n: 0 }]]);
      await expect(
        app.query(`insert into event (tenant_id, id, name, data, request_id) values ($1, $1, 'x', '{}', 'x')`, [someone]),
      ).rejects.toThrow(/violates row-level security policy/);
    } finally {
      await app.end();
    }
  });
});
