import { randomBytes } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { MfaFactors, SetPassword, type TenantRole } from '@tallystick/identity';
import { requestContext, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type AppName, type Ground } from '@tallystick/platform';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openApiClient, openPerson, openTenant } from './identity.js';
import { clientToken } from './integrator.js';
import { Page } from './page.js';
import type { Envelope, Said } from './public-api.js';
import { authenticatorCode, earlyInStep } from './totp.js';

type Data = Record<string, never> & { readonly secret: string; readonly recovery_codes: string[]; readonly access_token: string };
type Answer = Pick<Said<Data>, 'status' | 'headers' | 'body'>;

/** Tries the second factor of people over HTTP, on the app that serves it. */
export function tryMfa(name: AppName, module: (ground: Ground) => DynamicModule): void {
  let database: TestDatabase;
  let app: TestApp;
  let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
  let uow: UnitOfWork;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await openUnitOfWork(database.ownerUrl);
    app = await startTestApp(module, { app: name, databaseUrl: database.appUrl });
    uow = app.nest.get(UnitOfWork, { strict: false });
  });
  afterAll(async () => {
    await app?.close();
    await owner?.close();
    await database?.close();
  });

  const call = async (method: string, path: string, token?: string, payload?: object): Promise<Answer> => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await app.nest.inject({ method: method as 'GET', url: `/api/v1/auth/${path}`, headers, payload });
    return { status: answer.statusCode, headers: answer.headers as Answer['headers'], body: answer.json<Envelope<Data>>() };
  };
  const signIn = (username: string, password: string, mfaCode?: string): Promise<Answer> =>
    call('POST', 'token', undefined, { username, password, mfa_code: mfaCode });
  const shortly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 800));

  /** Somebody with a role, signed in with their password, who has a tenant that asks `required` roles for a second factor. */
  async function somebody(role: TenantRole = 'manager', required: string[] = []) {
    const ctx = await openTenant(uow, { mfaRequiredRoles: required });
    return signedIn(ctx, await openPerson(uow, ctx, role));
  }
  async function signedIn(ctx: TenantContext, person: { id: string; email: string; password: string }) {
    const { body } = await signIn(person.email, person.password);
    const token = body.data.access_token;
    return { ...person, ctx, token, call: (method: string, path: string, payload?: object) => call(method, path, token, payload) };
  }
  /** Somebody whose factor was enabled over HTTP. */
  async function enrolled(role: TenantRole = 'manager', required: string[] = []) {
    const person = await somebody(role, required);
    const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
    await earlyInStep();
    const { body } = await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) });
    /** A code that was not used: as if half a minute had gone by. */
    const code = async (): Promise<string> => {
      await earlyInStep(5);
      await owner.dataSource.query(`update mfa_factor set used_steps = '{}' where user_id = $1`, [person.id]);
      return authenticatorCode(secret);
    };
    return { ...person, secret, recoveryCodes: body.data.recovery_codes, code };
  }
  const auditOf = (id: string, act: string): Promise<{ outcome: string; after: { reason?: string } | null; address: string }[]> =>
    owner.dataSource.query('select outcome, after, address from audit_record where target_id = $1 and act = $2 order by number', [id, act]);
  const mailsTo = async (email: string): Promise<string[]> =>
    (
      await owner.dataSource.query(`select payload ->> 'template' as template from job_outbox where payload ->> 'to' = $1 order by id`, [
        email,
      ])
    ).map(({ template }: { template: string }) => template);

  describe('setting up a second factor', () => {
    it('shows a QR code that says what the URL says, and counts from the code that confirms it (AUT-05)', async () => {
      const person = await somebody();
      expect((await person.call('GET', 'mfa/status')).body.data).toEqual({
        ...{ mfa_enabled: false, method: 'totp', required: false, confirmed_at: null, recovery_codes_left: 0 },
      });
      const { status, headers, body } = await person.call('GET', 'mfa/setup');
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
      const setup = body.data as unknown as { secret: string; otpauth_url: string; qr_code: string; expires_at: string };
      expect(setup.secret).toMatch(/^[A-Z2-7]{32}$/);
      expect(new URL(setup.otpauth_url).searchParams.get('secret')).toBe(setup.secret);
      expect(decodeURIComponent(new URL(setup.otpauth_url).pathname)).toBe(`/Tallystick:${person.email}`);
      const image = PNG.sync.read(Buffer.from(setup.qr_code.replace('data:image/png;base64,', ''), 'base64'));
      expect(jsqr.default(new Uint8ClampedArray(image.data), image.width, image.height)?.data).toBe(setup.otpauth_url);
      expect(Date.parse(setup.expires_at) - Date.now()).toBeGreaterThan(9 * 60_000);

      expect((await signIn(person.email, person.password)).status).toBe(200);
      const enabled = await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(setup.secret) });
      expect(enabled.body.data).toEqual({ mfa_enabled: true, recovery_codes: expect.any(Array) });
      expect(new Set(enabled.body.data.recovery_codes).size).toBe(10);
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({
        ...{ mfa_enabled: true, confirmed_at: expect.stringMatching(/Z$/), recovery_codes_left: 10 },
      });
      expect((await person.call('GET', 'mfa/setup')).body.data.secret).not.toBe(setup.secret);
      expect(await auditOf(person.id, 'mfa.enabled')).toEqual([{ outcome: 'success', after: null, address: '127.0.0.1' }]);
      expect(await mailsTo(person.email)).toContain('mfa-enabled');
    });

    it('changes nothing until it is confirmed, and shows the same when the page is loaded again (AUT-10)', async () => {
      const person = await somebody();
      const [one, two] = [await person.call('GET', 'mfa/setup'), await person.call('GET', 'mfa/setup')];
      expect(two.body.data.secret).toBe(one.body.data.secret);
      expect(await owner.dataSource.query('select from mfa_factor where user_id = $1', [person.id])).toEqual([]);
      expect((await signIn(person.email, person.password)).status).toBe(200);
    });

    it('is a matter of one session: another shows another secret and confirms none of the first', async () => {
      const person = await somebody();
      const other = await signedIn(person.ctx, person);
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      expect((await other.call('GET', 'mfa/setup')).body.data.secret).not.toBe(secret);
      const refused = await other.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) });
      expect([refused.status, refused.body.code]).toEqual([401, 'mfa_invalid']);
    });

    it('needs a sign-in of the last quarter of an hour, for a session may have been stolen since', async () => {
      const person = await somebody();
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      await owner.dataSource.query(`update user_session set created_at = now() - interval '16 minutes' where user_id = $1`, [person.id]);
      expect(await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) })).toMatchObject({
        status: 403,
        body: { code: 'recent_sign_in_required' },
      });
      await owner.dataSource.query(`update user_session set created_at = now() where user_id = $1`, [person.id]);
      expect((await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) })).status).toBe(200);
    });

    it('is void after the fifth wrong code', async () => {
      const person = await somebody();
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      await earlyInStep();
      const wrong = authenticatorCode(secret, { steps: 5 });
      const answers = await Promise.all(Array.from({ length: 5 }, () => person.call('POST', 'mfa/setup/verify', { code: wrong })));
      expect(answers.map(({ body }) => body.code)).toEqual(Array(5).fill('mfa_invalid'));
      expect((await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) })).body.code).toBe('mfa_invalid');
      const again = (await person.call('GET', 'mfa/setup')).body.data.secret;
      expect(again).not.toBe(secret);
      expect((await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(again) })).status).toBe(200);
      expect((await auditOf(person.id, 'mfa.enabled')).map(({ outcome }) => outcome)).toEqual([
        ...Array<string>(6).fill('refused'),
        'success',
      ]);
    });

    it('enables one of many confirmations at once', async () => {
      const person = await somebody();
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      await earlyInStep();
      const code = authenticatorCode(secret);
      const answers = await Promise.all(Array.from({ length: 5 }, () => person.call('POST', 'mfa/setup/verify', { code })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    });

    it('ends the other sessions, which were opened without it, and keeps its own', async () => {
      const person = await somebody();
      const other = await signedIn(person.ctx, person);
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) });
      await shortly();
      expect((await other.call('GET', 'me')).status).toBe(401);
      expect((await person.call('GET', 'me')).status).toBe(200);
    });
  });

  describe('signing in with a second factor', () => {
    it('needs a code, of the app or a recovery code, each once', async () => {
      const person = await enrolled();
      const tries = [undefined, '000000', await person.code()];
      const answers: Answer[] = [];
      for (const code of tries) answers.push(await signIn(person.email, person.password, code));
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [401, 'mfa_required'],
        [401, 'mfa_invalid'],
        [200, 'success'],
      ]);
      expect((await signIn(person.email, person.password, tries[2])).body.code).toBe('mfa_invalid');
      const [recovery] = person.recoveryCodes as [string];
      expect((await signIn(person.email, person.password, recovery.toLowerCase())).status).toBe(200);
      expect((await signIn(person.email, person.password, recovery)).body.code).toBe('mfa_invalid');
      expect(await mailsTo(person.email)).toContain('recovery-code-used');
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({ recovery_codes_left: 9 });
    });

    it('says nothing of the factor to who does not know the password (AUT-03)', async () => {
      const person = await enrolled();
      const refusals = [await signIn(person.email, 'wrong'), await signIn(person.email, 'wrong', await person.code())];
      expect(refusals.map(({ body }) => body.code)).toEqual(['authentication_failed', 'authentication_failed']);
    });

    it('is locked after the fifth wrong code, until the time is over', async () => {
      const person = await enrolled();
      await earlyInStep();
      const wrong = authenticatorCode(person.secret, { steps: 5 });
      for (let i = 0; i < 5; i++) expect((await signIn(person.email, person.password, wrong)).body.code).toBe('mfa_invalid');
      const locked = await signIn(person.email, person.password, await person.code());
      expect([locked.status, locked.body.code]).toEqual([423, 'account_locked']);
      expect(Number(locked.headers['retry-after'])).toBeGreaterThan(890);
      await owner.dataSource.query('update mfa_factor set locked_until = now() where user_id = $1', [person.id]);
      expect((await signIn(person.email, person.password, await person.code())).status).toBe(200);
    });
  });

  describe('replacing the app', () => {
    it('needs both factors as they are, and voids the old app and its recovery codes', async () => {
      const person = await enrolled('tenant_admin', ['tenant_admin']);
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      const bare = await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) });
      expect([bare.status, Object.keys(bare.body.errors)]).toEqual([400, ['password', 'current_code']]);
      const { password } = person;
      const given = async () => ({ code: authenticatorCode(secret), password, current_code: await person.code() });
      const guess = await person.call('POST', 'mfa/setup/verify', { ...(await given()), password: 'wrong' });
      expect([guess.status, guess.body.code]).toEqual([401, 'authentication_failed']);
      const replaced = await person.call('POST', 'mfa/setup/verify', await given());
      expect(replaced.status).toBe(200);
      const old = [authenticatorCode(person.secret, { steps: 1 }), person.recoveryCodes[0]!];
      for (const code of old) expect((await signIn(person.email, password, code)).body.code).toBe('mfa_invalid');
      expect((await signIn(person.email, password, replaced.body.data.recovery_codes[0])).status).toBe(200);
      expect((await auditOf(person.id, 'mfa.replaced')).map(({ outcome }) => outcome)).toEqual(['refused', 'success']);
    });

    it('is not there for who has no app', async () => {
      const person = await somebody();
      const given = { code: '123456', password: person.password, current_code: '123456' };
      const { status, body } = await person.call('POST', 'mfa/setup/verify', given);
      expect([status, Object.keys(body.errors)]).toEqual([400, ['password', 'current_code']]);
    });
  });

  describe('new recovery codes (AUT-06)', () => {
    it('void the old ones', async () => {
      const person = await enrolled();
      const { status, body } = await person.call('POST', 'mfa/recovery-codes', {
        password: person.password,
        code: person.recoveryCodes[1]!,
      });
      expect(status).toBe(200);
      expect((await signIn(person.email, person.password, person.recoveryCodes[0])).body.code).toBe('mfa_invalid');
      expect((await signIn(person.email, person.password, body.data.recovery_codes[0])).status).toBe(200);
      expect(await auditOf(person.id, 'mfa.recovery_codes_renewed')).toMatchObject([{ outcome: 'success' }]);
    });

    it('are refused without both factors, and to who has no second one', async () => {
      const [person, plain] = [await enrolled(), await somebody()];
      const ask = async (who: typeof plain, password: string, code: string): Promise<string> =>
        (await who.call('POST', 'mfa/recovery-codes', { password, code })).body.code;
      expect(await ask(person, 'wrong', await person.code())).toBe('authentication_failed');
      expect(await ask(person, person.password, '000000')).toBe('mfa_invalid');
      expect(await ask(plain, plain.password, '000000')).toBe('mfa_not_enabled');
      expect((await auditOf(person.id, 'mfa.recovery_codes_renewed')).map(({ after }) => after?.reason)).toEqual([
        'authentication_failed',
        'mfa_invalid',
      ]);
    });

    it('are guessed at no more often than a code at sign-in, whichever factor is wrong', async () => {
      const person = await enrolled();
      const answers: string[] = [];
      for (let i = 0; i < 6; i++)
        answers.push((await person.call('POST', 'mfa/recovery-codes', { password: 'wrong', code: '000000' })).body.code);
      expect(answers).toEqual([...Array<string>(5).fill('authentication_failed'), 'account_locked']);
    });
  });

  describe('removing the second factor', () => {
    it('needs both factors, ends the other sessions and forgets the recovery codes', async () => {
      const person = await enrolled();
      const other = (await signIn(person.email, person.password, person.recoveryCodes[0])).body.data.access_token;
      const wrong = await person.call('POST', 'mfa/disable', { password: person.password, code: '000000' });
      expect([wrong.status, wrong.body.code]).toEqual([401, 'mfa_invalid']);
      const { status, body } = await person.call('POST', 'mfa/disable', { password: person.password, code: await person.code() });
      expect([status, body.data]).toEqual([200, { mfa_enabled: false }]);
      expect((await signIn(person.email, person.password)).status).toBe(200);
      await shortly();
      expect((await call('GET', 'me', other)).status).toBe(401);
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({ mfa_enabled: false, recovery_codes_left: 0 });
      expect(await mailsTo(person.email)).toContain('mfa-disabled');
      expect((await auditOf(person.id, 'mfa.disabled')).map(({ outcome }) => outcome)).toEqual(['refused', 'success']);
    });

    it('is refused while a role anywhere requires it', async () => {
      const person = await enrolled();
      const elsewhere = await openTenant(uow, { mfaRequiredRoles: ['auditor'] });
      await uow.run(elsewhere, (tx) =>
        tx.query(`insert into tenant_user (tenant_id, user_id, role) values ($1, $2, 'auditor')`, [elsewhere.tenantId, person.id]),
      );
      const { status, body } = await person.call('POST', 'mfa/disable', { password: person.password, code: await person.code() });
      expect([status, body.code]).toEqual([409, 'mfa_required_by_role']);
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({ mfa_enabled: true });
    });

    it('is refused to a password that is good enough beside a second factor alone (AUT-01)', async () => {
      const person = await enrolled();
      const short = 'twelve signs';
      await uow.run(person.ctx, (tx) => app.nest.get(SetPassword, { strict: false }).execute(tx, { userId: person.id, password: short }));
      const { status, body } = await person.call('POST', 'mfa/disable', { password: short, code: await person.code() });
      expect([status, body.errors]).toEqual([400, { password: [expect.stringContaining('at least 15')] }]);
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({ mfa_enabled: true });
    });

    it('is refused to who has none', async () => {
      const person = await somebody();
      const { status, body } = await person.call('POST', 'mfa/disable', { password: person.password, code: '123456' });
      expect([status, body.code]).toEqual([409, 'mfa_not_enabled']);
    });
  });

  describe('a role that requires a second factor (AUT-07)', () => {
    it('reaches the set-up alone before, and everything after', async () => {
      const person = await somebody('tenant_admin', ['tenant_admin']);
      expect((await person.call('GET', 'me')).status).toBe(200);
      expect((await person.call('GET', 'mfa/status')).body.data).toMatchObject({ required: true, mfa_enabled: false });
      const proof = { password: person.password, code: '123456' };
      for (const path of ['mfa/disable', 'mfa/recovery-codes']) {
        const { status, body } = await person.call('POST', path, proof);
        expect([path, status, body.code]).toEqual([path, 403, 'mfa_setup_required']);
      }
      const { secret } = (await person.call('GET', 'mfa/setup')).body.data;
      expect((await person.call('POST', 'mfa/setup/verify', { code: authenticatorCode(secret) })).status).toBe(200);
      const { body } = await person.call('POST', 'mfa/disable', proof);
      expect(body.code).toBe('mfa_required_by_role');
    });

    it('is every role of the platform', async () => {
      const person = await somebody();
      await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'internal_staff')`, [person.id]);
      const staff = await signedIn(person.ctx, person);
      expect((await staff.call('GET', 'mfa/status')).body.data).toMatchObject({ required: true });
      expect((await staff.call('POST', 'mfa/disable', { password: 'x', code: '123456' })).body.code).toBe('mfa_setup_required');
    });
  });

  describe('the session of a page (AUT-08)', () => {
    it('gets another cookie and token when the factor is set up and when it is removed', async () => {
      const person = await somebody();
      const page = new Page(app);
      const before = [await page.signIn(person.email, person.password), page.cookie('__Host-sid')];
      const { secret } = (await page.call<Data>('GET', '/auth/mfa/setup')).body.data;
      await earlyInStep();
      const forged = await page.call('POST', '/auth/mfa/setup/verify', { body: { code: authenticatorCode(secret) } });
      expect([forged.status, forged.body.code]).toEqual([403, 'csrf_failed']);
      const code = authenticatorCode(secret);
      expect((await page.call('POST', '/auth/mfa/setup/verify', { token: before[0], body: { code } })).status).toBe(200);
      const between = [page.cookie('csrftoken'), page.cookie('__Host-sid')];
      for (const value of between) expect(before).not.toContain(value);
      expect((await page.call('GET', '/auth/me')).status).toBe(200);
      await shortly();
      const old = await app.nest.inject({ method: 'GET', url: '/api/v1/auth/me', headers: { cookie: `__Host-sid=${before[1]}` } });
      expect(old.statusCode).toBe(401);

      const proof = { password: person.password, code: authenticatorCode(secret, { steps: 1 }) };
      expect((await page.call('POST', '/auth/mfa/disable', { token: between[0], body: proof })).status).toBe(200);
      for (const value of [page.cookie('csrftoken'), page.cookie('__Host-sid')]) expect(between).not.toContain(value);
      expect((await page.call('GET', '/auth/mfa/status')).body.data).toMatchObject({ mfa_enabled: false });
    });
  });

  describe('the routes of the second factor', () => {
    const routes: [string, string, object | undefined][] = [
      ['GET', 'mfa/status', undefined],
      ['GET', 'mfa/setup', undefined],
      ['POST', 'mfa/setup/verify', { code: '123456' }],
      ['POST', 'mfa/recovery-codes', { password: 'x', code: '123456' }],
      ['POST', 'mfa/disable', { password: 'x', code: '123456' }],
    ];

    it.each(routes)('%s %s is for people who are signed in', async (method, path, payload) => {
      expect(await call(method, path, undefined, payload)).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
    });

    if (name === 'public-api') {
      it.each(routes)('%s %s is not for API clients', async (method, path, payload) => {
        const ctx = await openTenant(uow);
        const token = await clientToken(app, await openApiClient(uow, ctx, ['points:read']));
        expect(await call(method, path, token, payload)).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
      });
    }

    it.each<[string, string, object, string]>([
      ['mfa/setup/verify', 'no code', {}, 'code'],
      ['mfa/setup/verify', 'a number', { code: 123456 }, 'code'],
      ['mfa/setup/verify', 'five digits', { code: '12345' }, 'code'],
      ['mfa/setup/verify', 'digits of another script', { code: '१२३४५६' }, 'code'],
      ['mfa/setup/verify', 'a secret', { code: '123456', secret: 'A' }, 'secret'],
      ['mfa/disable', 'no password', { code: '123456' }, 'password'],
      ['mfa/disable', 'a password of 129 characters', { code: '123456', password: 'x'.repeat(129) }, 'password'],
      ['mfa/disable', 'another person', { code: '123456', password: 'x', user_id: 'x' }, 'user_id'],
      ['mfa/recovery-codes', 'a code of 41 characters', { code: '2'.repeat(41), password: 'x' }, 'code'],
    ])('POST %s refuses %s as a mistake of form', async (path, _, payload, field) => {
      const person = await somebody();
      const { status, body } = await person.call('POST', path, payload);
      expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [field]]);
    });

    it('keep secrets, codes and addresses out of the log (OBS-03)', async () => {
      const person = await enrolled();
      const code = await person.code();
      await person.call('POST', 'mfa/recovery-codes', { password: person.password, code });
      const log = JSON.stringify(app.ground.log);
      for (const secret of [person.secret, person.password, person.email, ...person.recoveryCodes]) expect(log).not.toContain(secret);
    });
  });

  it('keeps factors when the app starts again', async () => {
    const { ctx } = await somebody();
    const person = await openPerson(uow, ctx, 'manager');
    const secret = randomBytes(20);
    const own = requestContext({ tenantId: null, actor: { type: 'user', id: person.id }, requestId: 'test-0001' } as const);
    const [recovery] = await uow.platform(own, (tx) => app.nest.get(MfaFactors, { strict: false }).enable(tx, person.id, secret));
    const again = await startTestApp(module, { app: name, databaseUrl: database.appUrl });
    const payload = { username: person.email, password: person.password, mfa_code: recovery };
    expect((await again.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload })).statusCode).toBe(200);
    await again.close();
  });
}
