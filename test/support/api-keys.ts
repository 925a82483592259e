import { randomBytes } from 'node:crypto';
import type { TenantContext } from '@tallystick/kernel';
import { AccessTokenSigner, CreateUser, OWN_CLIENT, Passwords, type TenantRole } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { AdminApiModule } from '../../apps/admin-api/src/admin-api.module.js';
import { PublicApiModule } from '../../apps/public-api/src/public-api.module.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openPerson, openSession, openTenant, systemContext } from './identity.js';
import type { Said } from './public-api.js';

/** Where a call comes from and what it carries. */
export interface CallDetails {
  readonly body?: unknown;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls below `/api/v1` in somebody's name. */
export type Call = <Data = Record<string, unknown>>(method: string, path: string, details?: CallDetails) => Promise<Said<Data>>;

/** The admin API and two processes of the public one, on a database of their own. */
export interface KeyRoom {
  readonly database: TestDatabase;
  readonly admin: TestApp;
  readonly publicApps: readonly [TestApp, TestApp];
  readonly uow: UnitOfWork;
  /** As superuser. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** A new tenant, and calls of a person in it. */
  openBank(role?: TenantRole): Promise<{ readonly ctx: TenantContext; readonly userId: string; readonly call: Call }>;
  /** Calls of a new person of the platform. */
  openStaff(): Promise<{ readonly userId: string; readonly call: Call }>;
  /** Calls of a person of a tenant, or of the platform (null). */
  as(userId: string, tenantId: string | null): Promise<Call>;
  /** The acts recorded in a tenant's trail, the latest last. */
  acts(tenantId: string): Promise<{ act: string; outcome: string; target_id: string; after: Record<string, unknown> }[]>;
  close(): Promise<void>;
}

/** The way to call an app, with whatever headers. */
export const caller =
  (app: TestApp, headers: Readonly<Record<string, string>> = {}): Call =>
  async (method, path, details = {}) => {
    const answer = await app.nest.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      remoteAddress: details.from,
      headers: { ...headers, ...details.headers },
      ...(details.body !== undefined && { payload: details.body as object }),
    });
    return { status: answer.statusCode, headers: answer.headers as Said['headers'], text: answer.body, body: answer.json() };
  };

/** Opens the room. */
export async function openKeyRoom(): Promise<KeyRoom> {
  const database = await createTestDatabase();
  const start = (): Promise<TestApp> => startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
  const publicApps = [await start(), await start()] as const;
  const admin = await startTestApp((ground) => AdminApiModule.forRoot(ground), { app: 'admin-api', databaseUrl: database.appUrl });
  const owner = await openUnitOfWork(database.ownerUrl);
  const uow = admin.nest.get(UnitOfWork, { strict: false });
  const query: KeyRoom['query'] = (sql, parameters) => owner.dataSource.query(sql, parameters);
  const as = async (userId: string, tenantId: string | null): Promise<Call> => {
    const sessionId = await openSession(uow, userId, tenantId);
    const grant = { subject: userId, clientId: OWN_CLIENT, tenantId, sessionId };
    const token = await uow.platform({ ...systemContext(''), tenantId: null }, (tx) =>
      admin.nest.get(AccessTokenSigner, { strict: false }).sign(tx, grant),
    );
    return caller(admin, { authorization: `Bearer ${token}` });
  };
  return {
    database,
    admin,
    publicApps,
    uow,
    query,
    as,
    async openBank(role = 'tenant_admin') {
      const ctx = await openTenant(uow);
      const { id } = await openPerson(uow, ctx, role);
      return { ctx, userId: id, call: await as(id, ctx.tenantId) };
    },
    async openStaff() {
      const email = `${randomBytes(6).toString('hex')}@platform.example`;
      const userId = await uow.platform({ ...systemContext(''), tenantId: null }, (tx) =>
        new CreateUser(new Passwords()).execute(tx, { email, fullName: 'Platform Staff', password: randomBytes(12).toString('hex') }),
      );
      await query(`insert into platform_role (user_id, role) values ($1, 'internal_staff')`, [userId]);
      return { userId, call: await as(userId, null) };
    },
    acts: (tenantId) => query(`select act, outcome, target_id, after from audit_record where tenant_id = $1 order by number`, [tenantId]),
    async close() {
      await Promise.all([admin, ...publicApps].map((app) => app.close()));
      await owner.close();
      await database.close();
    },
  };
}

/** Has a network of a bank asked for and approved. */
export async function approveNetwork(bank: Call, staff: Call, cidr: string): Promise<string> {
  const asked = await bank<{ id: string }>('POST', '/tenant/network-allowlist', {
    body: { cidr, label: 'Servers', justification: 'Our servers call from there.' },
  });
  const approved = await staff('POST', `/network-allowlists/${asked.body.data.id}/approve`, { body: {} });
  if (approved.status !== 200) throw new Error(`not approved: ${asked.text} ${approved.text}`);
  return asked.body.data.id;
}

/** An API key as the admin API shows it when it is made. */
export interface MadeKey {
  readonly id: string;
  readonly client_id: string;
  readonly secret: string;
}

/** Asks a public API for a token. */
export const askToken = (app: TestApp, { client_id, secret }: Pick<MadeKey, 'client_id' | 'secret'>, from?: string) =>
  caller(app)('POST', '/oauth/token', {
    from,
    body: { grant_type: 'client_credentials', client_id, client_secret: secret },
  }) as unknown as Promise<Omit<Said, 'body'> & { body: { access_token: string; error: string; scope: string } }>;
