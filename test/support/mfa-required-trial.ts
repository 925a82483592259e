import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { InviteUser, type SignedInDto } from '@tallystick/identity';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Mail, UnitOfWork, type AppName, type Ground, type MailOrder } from '@tallystick/platform';
import { contractOperations, type ContractOperation } from './contract-watch.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openPerson, openTenant } from './identity.js';
import { Page } from './page.js';
import { authenticatorCode, earlyInStep } from './totp.js';

type Operation = ContractOperation & { readonly 'x-permission'?: string };
/** An answer, as far as these tests look at it. */
interface Heard {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly cookies: readonly string[];
}
/** Calls as somebody: with a token, or with the cookie of a page. */
type Caller = (method: string, url: string, payload?: object) => Promise<Heard>;

const PASSWORD = 'seven brown foxes under the bridge';
/** What somebody without the second factor that their role requires can still reach. */
const BEFORE_MFA = [
  'GET /api/v1/auth/me',
  'GET /api/v1/auth/mfa/setup',
  'GET /api/v1/auth/mfa/status',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/mfa/setup/verify',
  'POST /api/v1/auth/session/logout',
];

/** Walks every way to a session of a role that requires a second factor, and finds none that gets around it (AUT-07). */
export function tryMfaRequired(name: AppName, module: (ground: Ground) => DynamicModule): void {
  const guarded = (contractOperations(name) as Operation[]).filter((operation) => operation['x-permission'] !== undefined);
  let database: TestDatabase;
  let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
  let app: TestApp;
  let uow: UnitOfWork;
  let ctx: TenantContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await openUnitOfWork(database.ownerUrl);
    const environment = { CONSOLE_URL: 'https://console.example.com' };
    app = await startTestApp(module, { app: name, databaseUrl: database.appUrl, environment });
    uow = app.nest.get(UnitOfWork, { strict: false });
    ctx = await openTenant(uow, { mfaRequiredRoles: ['tenant_admin'] });
  });
  afterAll(async () => {
    await app?.close();
    await owner?.close();
    await database?.close();
  });

  const send = async (method: string, url: string, headers: Record<string, string>, payload?: object): Promise<Heard> => {
    const answer = await app.nest.inject({ method: method as 'GET', url, headers, payload });
    const code = /"code": ?"([^"]*)"/.exec(answer.body)?.[1] ?? '';
    return { status: answer.statusCode, code, text: answer.body, cookies: [answer.headers['set-cookie'] ?? []].flat() };
  };
  const post = (path: string, payload: object): Promise<Heard> => send('POST', `/api/v1/auth/${path}`, {}, payload);
  const bearer =
    (token: string): Caller =>
    (method, url, payload) =>
      send(method, url, { authorization: `Bearer ${token}` }, payload);
  const tokensOf = ({ text }: Heard): SignedInDto => (JSON.parse(text) as { data: SignedInDto }).data;
  const signIn = (username: string, password: string, more: object = {}) => post('token', { username, password, ...more });
  const signedIn = async (username: string, password: string): Promise<Caller> =>
    bearer(tokensOf(await signIn(username, password)).access_token);
  const onPage = async (username: string, password: string): Promise<Caller> => {
    const page = new Page(app);
    const token = await page.signIn(username, password);
    return async (method, url, body) => {
      const { status, text, body: read } = await page.call(method, url.replace('/api/v1', ''), { token, body });
      return { status, code: read.code ?? '', text, cookies: [] };
    };
  };

  const mailTo = async (email: string): Promise<Readonly<Record<string, string | number>>> => {
    const [row] = await owner.dataSource.query<{ payload: MailOrder }[]>(
      `select payload from job_outbox where name = 'send-mail' and payload ->> 'to' = $1 order by recorded_at desc, id desc limit 1`,
      [email],
    );
    return app.nest.get(Mail, { strict: false }).open(row!.payload);
  };
  const tokenInMailTo = async (email: string): Promise<string> => /token=([^&]+)$/.exec(String((await mailTo(email)).link))![1]!;
  const resetPassword = async (email: string): Promise<Heard> => {
    await post('password/reset', { email });
    return post('password/reset/confirm', { token: decodeURIComponent(await tokenInMailTo(email)), new_password: PASSWORD });
  };

  /** Somebody whose role requires the factor, and who has none; or has one, and then its secret too. */
  const admin = () => openPerson(uow, ctx, 'tenant_admin');
  async function enrolledAdmin() {
    const person = await admin();
    const call = await signedIn(person.email, person.password);
    const { secret } = JSON.parse((await call('GET', '/api/v1/auth/mfa/setup')).text).data as { secret: string };
    await earlyInStep();
    const enabled = await call('POST', '/api/v1/auth/mfa/setup/verify', { code: authenticatorCode(secret) });
    const { recovery_codes: recoveryCodes } = JSON.parse(enabled.text).data as { recovery_codes: string[] };
    return { ...person, secret, recoveryCodes, call };
  }

  /** Which operations answer something else than that the factor is missing. */
  async function reachable(call: Caller): Promise<string[]> {
    const reached: string[] = [];
    for (const { method, path } of guarded) {
      // Asked last of all, for it ends the session.
      if (path.endsWith('/logout')) continue;
      const { status, code } = await call(method, path.replaceAll(/\{[^}]+\}/g, newId()), method === 'GET' ? undefined : {});
      if (status !== 403 || code !== 'mfa_setup_required') reached.push(`${method} ${path}`);
    }
    for (const path of ['/api/v1/auth/logout', '/api/v1/auth/session/logout']) {
      const { code } = await call('POST', path, path.endsWith('auth/logout') ? {} : undefined);
      if (code !== 'mfa_setup_required') reached.push(`POST ${path}`);
    }
    return reached.sort();
  }

  describe('whoever has no factor, in a role that requires one, reaches the set-up alone', () => {
    it.each<[string, () => Promise<Caller>]>([
      [
        'by a password',
        async () => {
          const { email, password } = await admin();
          return signedIn(email, password);
        },
      ],
      [
        'by a page',
        async () => {
          const { email, password } = await admin();
          return onPage(email, password);
        },
      ],
      [
        'by a refresh token',
        async () => {
          const { email, password } = await admin();
          const { refresh_token } = tokensOf(await signIn(email, password));
          return bearer(tokensOf(await post('token/refresh', { refresh_token })).access_token);
        },
      ],
      [
        'by a password that was reset',
        async () => {
          const { email } = await admin();
          expect((await resetPassword(email)).status).toBe(200);
          return signedIn(email, PASSWORD);
        },
      ],
      [
        'by an invitation',
        async () => {
          const email = `${newId()}@bank.example`;
          const fresh = await openTenant(uow, { mfaRequiredRoles: ['tenant_admin'] });
          await uow.run(fresh, (tx) => app.nest.get(InviteUser, { strict: false }).firstAdmin(tx, { email, fullName: 'Asha Rao' }));
          const accepted = await post('invitations/accept', { token: await tokenInMailTo(email), password: PASSWORD });
          expect([accepted.status, accepted.text.includes('access_token'), accepted.cookies]).toEqual([200, false, []]);
          return signedIn(email, PASSWORD);
        },
      ],
      [
        'by a mailed code of the time before a promotion',
        async () => {
          const { id, email } = await openPerson(uow, ctx, 'support');
          const asked = await post('otp/request', { identifier: email, purpose: 'login', channel: 'email' });
          const { challenge_id } = JSON.parse(asked.text).data as { challenge_id: string };
          const answer = await post('token', { username: email, challenge_id, otp: String((await mailTo(email)).code) });
          const call = bearer(tokensOf(answer).access_token);
          expect((await call('GET', '/api/v1/auth/sessions')).status).toBe(200);
          await owner.dataSource.query(`update tenant_user set role = 'tenant_admin' where user_id = $1`, [id]);
          await sleep(950);
          return call;
        },
      ],
      [
        'by a session of the time before a promotion',
        async () => {
          const { id, email, password } = await openPerson(uow, ctx, 'support');
          const call = await signedIn(email, password);
          expect((await call('GET', '/api/v1/auth/sessions')).status).toBe(200);
          await owner.dataSource.query(`update tenant_user set role = 'tenant_admin' where user_id = $1`, [id]);
          await sleep(950);
          return call;
        },
      ],
      [
        'by a session of the time before the tenant required it',
        async () => {
          const lax = await openTenant(uow);
          const { email, password } = await openPerson(uow, lax, 'manager');
          const call = await signedIn(email, password);
          expect((await call('GET', '/api/v1/auth/sessions')).status).toBe(200);
          await owner.dataSource.query(`update tenant set mfa_required_roles = '{manager}' where id = $1`, [lax.tenantId]);
          await sleep(950);
          return call;
        },
      ],
      [
        'in a role of the tenant that says so',
        async () => {
          const lax = await openTenant(uow);
          const { id, email, password } = await openPerson(uow, lax, 'manager');
          await owner.dataSource.query(
            `insert into role (tenant_id, id, code, name, permissions, rank, requires_mfa) values ($1, $2, 'clerk', 'Clerk', '{members:read}', 10, true)`,
            [lax.tenantId, newId()],
          );
          await owner.dataSource.query(`update tenant_user set role = 'clerk' where user_id = $1`, [id]);
          return signedIn(email, password);
        },
      ],
      [
        'on the platform',
        async () => {
          const { id, email, password } = await openPerson(uow, ctx, 'support');
          await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
          return signedIn(email, password);
        },
      ],
      [
        'after removing a factor that was not required then',
        async () => {
          const lax = await openTenant(uow);
          const { id, email, password } = await openPerson(uow, lax, 'manager');
          const call = await signedIn(email, password);
          const { secret } = JSON.parse((await call('GET', '/api/v1/auth/mfa/setup')).text).data as { secret: string };
          await earlyInStep();
          await call('POST', '/api/v1/auth/mfa/setup/verify', { code: authenticatorCode(secret) });
          const proof = { password, code: authenticatorCode(secret, { steps: 1 }) };
          expect((await call('POST', '/api/v1/auth/mfa/disable', proof)).status).toBe(200);
          await owner.dataSource.query(`update tenant set mfa_required_roles = '{manager}' where id = $1`, [lax.tenantId]);
          await sleep(950);
          expect((await owner.dataSource.query('select from user_session where user_id = $1 and mfa_passed', [id])).length).toBe(0);
          return call;
        },
      ],
    ])('%s', async (_, enter) => {
      expect(await reachable(await enter())).toEqual(BEFORE_MFA);
    });
  });

  describe('whoever has a factor is let in by nothing less', () => {
    it('by a password, whatever stands for the code', async () => {
      const [one, two] = [await enrolledAdmin(), await enrolledAdmin()];
      const { email, password } = one;
      expect(await signIn(email, password)).toMatchObject({ status: 401, code: 'mfa_required' });
      for (const mfa_code of ['', null, true, 0, [], ['000000']])
        expect(await signIn(email, password, { mfa_code })).toMatchObject({ status: 400, code: 'validation_error' });
      const others = [authenticatorCode(two.secret, { steps: 1 }), two.recoveryCodes[0]];
      for (const mfa_code of ['000000', 'ABCDEF-GHJKLM-NPQRST-UVWXYZ', ...others])
        expect(await signIn(email, password, { mfa_code })).toMatchObject({ status: 401, code: 'mfa_invalid' });
    });

    it('by a page', async () => {
      const { email, password } = await enrolledAdmin();
      await expect(new Page(app).signIn(email, password)).rejects.toThrow(/401 .*mfa_required/);
      await expect(new Page(app).signIn(email, password, { mfa_code: '000000' })).rejects.toThrow(/401 .*mfa_invalid/);
    });

    it('by a password that was reset: the reset itself lets nobody in', async () => {
      const { email } = await enrolledAdmin();
      const reset = await resetPassword(email);
      expect([reset.status, reset.text.includes('access_token'), reset.cookies]).toEqual([200, false, []]);
      expect(await signIn(email, PASSWORD)).toMatchObject({ status: 401, code: 'mfa_required' });
    });

    it('by an invitation elsewhere, which asks for the password and gives nothing but a role', async () => {
      const { email, password } = await enrolledAdmin();
      const fresh = await openTenant(uow, { mfaRequiredRoles: ['tenant_admin'] });
      await uow.run(fresh, (tx) => app.nest.get(InviteUser, { strict: false }).firstAdmin(tx, { email, fullName: 'Asha Rao' }));
      const accepted = await post('invitations/accept', { token: await tokenInMailTo(email), password });
      expect([accepted.status, accepted.text.includes('access_token'), accepted.cookies]).toEqual([200, false, []]);
      expect(await signIn(email, password)).toMatchObject({ status: 401, code: 'mfa_required' });
    });

    it('by a token or a refresh token of the time before, which ended when the factor came', async () => {
      const { email, password, ...person } = await admin();
      const before = tokensOf(await signIn(email, password));
      const call = await signedIn(email, password);
      const { secret } = JSON.parse((await call('GET', '/api/v1/auth/mfa/setup')).text).data as { secret: string };
      expect((await call('POST', '/api/v1/auth/mfa/setup/verify', { code: authenticatorCode(secret) })).status).toBe(200);
      expect(await post('token/refresh', { refresh_token: before.refresh_token })).toMatchObject({ status: 401 });
      await sleep(950);
      expect(await bearer(before.access_token)('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
      expect(await call('GET', '/api/v1/auth/sessions')).toMatchObject({ status: 200 });
      expect(person.id).toBeDefined();
    });

    it('by a mailed code: none for signing in is sent, and one for a new password lets nobody in', async () => {
      const { email } = await enrolledAdmin();
      const ask = (purpose: string) => post('otp/request', { identifier: email, purpose, channel: 'email' });
      expect((await ask('login')).status).toBe(200);
      expect(
        await owner.dataSource.query(`select from job_outbox where payload ->> 'to' = $1 and payload ->> 'template' = 'passcode'`, [email]),
      ).toEqual([]);
      const { challenge_id } = JSON.parse((await ask('password_reset')).text).data as { challenge_id: string };
      const { code } = await mailTo(email);
      const reset = await post('password/reset/confirm', { challenge_id, otp: String(code), new_password: PASSWORD });
      expect([reset.status, reset.text.includes('access_token'), reset.cookies]).toEqual([200, false, []]);
      expect(await signIn(email, PASSWORD)).toMatchObject({ status: 401, code: 'mfa_required' });
      expect(await signIn(email, PASSWORD, { mfa_code: String(code) })).toMatchObject({ status: 401, code: 'mfa_invalid' });
    });
  });
}
