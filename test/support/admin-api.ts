import { randomBytes } from 'node:crypto';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { AccessTokenSigner, AssignTenantRole, OWN_CLIENT, Passwords } from '@tallystick/identity';
import { Mail, UnitOfWork, type MailOrder } from '@tallystick/platform';
import pg from 'pg';
import { AdminApiModule } from '../../apps/admin-api/src/admin-api.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openSession } from './identity.js';
import type { Envelope } from './public-api.js';

/** An answer of the admin API. */
export interface Told<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly body: Envelope<Data>;
}

/** Calls below `/api/v1`. */
export type AdminCall = <Data = Record<string, never>>(
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<Told<Data>>;

/** A signed-in person. */
export interface AdminCaller {
  readonly id: string;
  readonly email: string;
  readonly call: AdminCall;
  /** What a request of theirs carries, for answers that are no JSON. */
  readonly credential: Readonly<Record<string, string>>;
}

/** A running admin API, and the superuser's way into its database. */
export interface AdminApi {
  readonly database: TestDatabase;
  readonly app: TestApp;
  readonly uow: UnitOfWork;
  /** Asks the database past row-level security. */
  ask<Row = Record<string, never>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Calls without a credential. */
  readonly anonymous: AdminCall;
  /** A person with a role in a tenant, or on the platform (null), with a session that proved a second factor. */
  person(ctx: TenantContext | null, role: string, given?: { password?: string; email?: string }): Promise<AdminCaller>;
  /** The same person with a new session in another place. */
  signIn(person: Pick<AdminCaller, 'id' | 'email'>, tenantId: string | null): Promise<AdminCaller>;
  /** What the last mail to an address is filled with. */
  mailTo(address: string): Promise<Readonly<Record<string, string | number>> | undefined>;
  close(): Promise<void>;
}

/** Starts the admin API on a database of its own. */
export async function startAdminApi(environment: Readonly<Record<string, string>> = {}): Promise<AdminApi> {
  const database = await createTestDatabase();
  const app = await startTestApp((ground) => AdminApiModule.forRoot(ground), {
    app: 'admin-api',
    databaseUrl: database.appUrl,
    environment,
  });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const get = <T>(token: abstract new (...args: never[]) => T): T => app.nest.get(token as never, { strict: false });
  const uow = get(UnitOfWork);
  const ask: AdminApi['ask'] = async (sql, parameters) => (await owner.query(sql, parameters)).rows as never[];
  const caller =
    (credential: Record<string, string>): AdminCall =>
    async (method, path, body, headers = {}) => {
      const answer = await app.nest.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers: { ...credential, ...headers },
        ...(body && { payload: body }),
      });
      return { status: answer.statusCode, headers: answer.headers as Told['headers'], body: answer.json() };
    };
  const signIn: AdminApi['signIn'] = async ({ id, email }, tenantId) => {
    const nobody = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001' } as const);
    const sessionId = await openSession(uow, id, tenantId);
    const token = await uow.platform(nobody, (tx) =>
      get(AccessTokenSigner).sign(tx, { subject: id, clientId: OWN_CLIENT, tenantId, sessionId }),
    );
    const credential = { authorization: `Bearer ${token}` };
    return { id, email, call: caller(credential), credential };
  };
  return {
    database,
    app,
    uow,
    ask,
    signIn,
    anonymous: caller({}),
    async person(ctx, role, { password, email = `${randomBytes(6).toString('hex')}@bank.example` } = {}) {
      const id = newId();
      const hash = password ? await new Passwords().hash(password) : '$argon2id$none';
      await ask(
        `insert into user_account (id, email, password_hash, full_name, email_verified_at) values ($1, $2, $3, 'Asha Rao', now())`,
        [id, email, hash],
      );
      if (ctx) await uow.run(ctx, (tx) => new AssignTenantRole().execute(tx, { userId: id, role }));
      else await ask('insert into platform_role (user_id, role) values ($1, $2)', [id, role]);
      return signIn({ id, email }, ctx?.tenantId ?? null);
    },
    async mailTo(address) {
      const [row] = await ask<{ payload: MailOrder }>(
        `select payload from job_outbox where name = 'send-mail' and payload ->> 'to' = $1 order by id desc limit 1`,
        [address],
      );
      return row && get(Mail).open(row.payload);
    },
    async close() {
      await owner.end();
      await app.close();
      await database.close();
    },
  };
}
