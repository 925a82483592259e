import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { MfaFactors, Passwords, toBase32, type SignedInDto } from '@tallystick/identity';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { Mail, UnitOfWork, type AppName, type Ground, type MailOrder } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openPerson, openTenant } from './identity.js';
import { openIntegrator } from './integrator.js';
import { Page } from './page.js';
import type { Said } from './public-api.js';
import { authenticatorCode, earlyInStep } from './totp.js';

type Person = Awaited<ReturnType<typeof openPerson>>;
/** A mail that the worker would send, opened. */
type ReadMail = MailOrder & { readonly values: Readonly<Record<string, string | number>> };

const NEW_PASSWORD = 'seven brown foxes under the bridge';
/** Longer than what has been remembered of a session. */
const shortly = (): Promise<void> => sleep(800);

/** Tries one-time codes, e-mail addresses and passwords over HTTP, on the app that serves them. */
export function tryPasswords(name: AppName, module: (ground: Ground) => DynamicModule): void {
  let database: TestDatabase;
  let app: TestApp;
  let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
  let uow: UnitOfWork;
  let ctx: TenantContext;
  let asha: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await openUnitOfWork(database.ownerUrl);
    app = await startTestApp(module, {
      app: name,
      databaseUrl: database.appUrl,
      environment: { CONSOLE_URL: 'https://console.example.com' },
    });
    uow = app.nest.get(UnitOfWork, { strict: false });
    ctx = await openTenant(uow);
  });
  beforeEach(async () => {
    asha = await openPerson(uow, ctx, 'support');
  });
  afterAll(async () => {
    await app?.close();
    await owner?.close();
    await database?.close();
  });

  const call = async <Data = Record<string, never>>(path: string, payload: object, token?: string): Promise<Said<Data>> => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await app.nest.inject({ method: 'POST', url: `/api/v1/auth/${path}`, headers, payload });
    return { status: answer.statusCode, headers: answer.headers as Said['headers'], text: answer.body, body: answer.json() };
  };
  const signIn = (password: string, more: object = {}) => call<SignedInDto>('token', { username: asha.email, password, ...more });
  const tokenOf = async (password = asha.password): Promise<string> => (await signIn(password)).body.data.access_token;
  const me = async (token: string) => {
    const answer = await app.nest.inject({ method: 'GET', url: '/api/v1/auth/me', headers: { authorization: `Bearer ${token}` } });
    return { status: answer.statusCode, body: answer.json() as Said['body'] };
  };
  const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    (await owner.dataSource.query(sql, parameters)) as Row[];
  const mailsTo = async (email: string): Promise<ReadMail[]> => {
    const rows = await query<{ payload: MailOrder }>(
      `select payload from job_outbox where name = 'send-mail' and payload ->> 'to' = $1 order by recorded_at, id`,
      [email],
    );
    return rows.map(({ payload }) => ({ ...payload, values: app.nest.get(Mail).open(payload) }));
  };
  const lastMail = async (): Promise<ReadMail> => (await mailsTo(asha.email)).at(-1)!;
  const linkToken = async (): Promise<string> => {
    const link = new URL(String((await lastMail()).values.link));
    expect([link.origin, link.search]).toEqual(['https://console.example.com', '']);
    return /^#token=([\w.-]+)$/.exec(link.hash)![1]!;
  };
  const age = (interval: string) =>
    query(`update passcode_challenge set resend_at = resend_at - $1::interval, expires_at = expires_at - $1::interval`, [interval]);
  const actsOn = async (userId: string): Promise<string[]> =>
    (
      await query<{ act: string }>(
        `select act || ' ' || outcome as act from
           (select act, outcome, target_id, recorded_at from audit_record union all
            select act, outcome, target_id, recorded_at from platform_audit_record) as record
         where target_id = $1 and act like 'password%' order by recorded_at`,
        [userId],
      )
    ).map(({ act }) => act);
  const wrongCode = (code: string): string => ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0');

  describe('POST auth/password/change', () => {
    const change = (token: string | undefined, current: string, next: string) =>
      call('password/change', { current_password: current, new_password: next }, token);

    it('ends the other sessions, keeps this one, and tells by mail', async () => {
      const [token, elsewhere] = [await tokenOf(), await tokenOf()];
      expect(await change(token, asha.password, NEW_PASSWORD)).toMatchObject({ status: 200, body: { data: null } });
      await shortly();
      expect((await me(token)).status).toBe(200);
      expect((await me(elsewhere)).status).toBe(401);
      expect((await signIn(asha.password)).status).toBe(401);
      expect((await signIn(NEW_PASSWORD)).status).toBe(200);
      expect(await lastMail()).toMatchObject({ template: 'password-changed', data: { name: 'Asha Rao' } });
      expect(await actsOn(asha.id)).toEqual(['password.changed success']);
    });

    it('voids a link that lies in the mailbox', async () => {
      const token = await tokenOf();
      await call('password/reset', { email: asha.email });
      const link = await linkToken();
      await change(token, asha.password, NEW_PASSWORD);
      expect(await call('password/reset/confirm', { token: link, new_password: NEW_PASSWORD })).toMatchObject({
        status: 400,
        body: { code: 'otp_invalid' },
      });
    });

    it.each([
      ['short', 'kettle on hill', /at least 15/],
      ['common', 'passwordpassword', /tried first/],
      ['made of the name of the tenant', 'Test-Bank-12345', /made of/],
      ['made of their own name', 'asha.rao.123456', /made of/],
      ['too long', 'x'.repeat(129), /1 to 128/],
    ])('refuses a new password that is %s, and says why (AUT-01)', async (_, password, reason) => {
      const { status, body } = await change(await tokenOf(), asha.password, password);
      expect([status, body.code]).toEqual([400, 'validation_error']);
      expect(String(body.errors.new_password)).toMatch(reason);
    });

    it.each([
      ['64 characters', 'ab1 '.repeat(8) + randomBytes(24).toString('base64url')],
      ['128 characters', randomBytes(96).toString('base64url')],
      ['Devanagari and emoji, with spaces at the ends', ' नमस्ते दुनिया 🙂🙃 कैसे हो '],
    ])('accepts one of %s, and exactly that signs in (AUT-01)', async (_, password) => {
      expect((await change(await tokenOf(), asha.password, password)).status).toBe(200);
      expect((await signIn(password)).status).toBe(200);
      expect((await signIn(`${password} `)).status).not.toBe(200);
    });

    it('lets who has a second factor have eight characters', async () => {
      const token = await tokenOf();
      await enableMfa();
      expect((await change(token, asha.password, 'kx7 vmqp')).status).toBe(200);
    });

    it('refuses a wrong current password, and the present one as the new one', async () => {
      const token = await tokenOf();
      const wrong = await change(token, 'wrong', NEW_PASSWORD);
      expect(wrong).toMatchObject({
        status: 400,
        body: { code: 'validation_error', errors: { current_password: ['This is not your password.'] } },
      });
      expect(await change(token, asha.password, asha.password)).toMatchObject({
        status: 400,
        body: { errors: { new_password: [expect.any(String)] } },
      });
      expect(await actsOn(asha.id)).toEqual(['password.changed refused']);
    });

    it('locks the session out after ten wrong ones at once, and nobody else', async () => {
      const [token, elsewhere] = [await tokenOf(), await tokenOf()];
      await Promise.all(Array.from({ length: 12 }, () => change(token, 'wrong', NEW_PASSWORD)));
      expect(await change(token, asha.password, NEW_PASSWORD)).toMatchObject({ status: 423, body: { code: 'account_locked' } });
      expect((await change(elsewhere, asha.password, NEW_PASSWORD)).status).toBe(200);
      expect((await signIn(NEW_PASSWORD)).status).toBe(200);
    });

    it('is for people who have signed in', async () => {
      expect((await change(undefined, asha.password, NEW_PASSWORD)).status).toBe(401);
      if (name === 'admin-api') return;
      const client = await openIntegrator(app, { ctx });
      expect(await change(client.token, asha.password, NEW_PASSWORD)).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    });
  });

  describe('a forgotten password', () => {
    const ask = () => call('password/reset', { email: asha.email.toUpperCase() });
    const confirm = (proof: object, password = NEW_PASSWORD) => call('password/reset/confirm', { ...proof, new_password: password });

    it('is replaced by a mailed link, which signs nobody in and ends all sessions (AUT-11)', async () => {
      const before = await tokenOf();
      expect(await ask()).toMatchObject({ status: 202, body: { data: null } });
      expect(await lastMail()).toMatchObject({ template: 'password-reset', data: { name: 'Asha Rao', minutes: 30 } });
      const token = await linkToken();
      expect(await confirm({ uid: asha.id, token })).toMatchObject({
        status: 200,
        headers: expect.not.objectContaining({ 'set-cookie': expect.anything() }),
        body: { data: null },
      });
      await shortly();
      expect((await me(before)).status).toBe(401);
      expect((await signIn(asha.password)).status).toBe(401);
      expect((await signIn(NEW_PASSWORD)).status).toBe(200);
      expect(await lastMail()).toMatchObject({ template: 'password-changed' });
      expect(await actsOn(asha.id)).toEqual(['password.reset success']);
    });

    it('accepts a link once, and the newest alone', async () => {
      await ask();
      const first = await linkToken();
      await age('1 minute');
      await ask();
      const second = await linkToken();
      expect(second).not.toBe(first);
      expect(await confirm({ token: first })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });
      const said = await Promise.all(Array.from({ length: 8 }, () => confirm({ token: second })));
      expect(said.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 400)]);
    });

    it('accepts it for thirty minutes, and from its owner', async () => {
      await ask();
      const token = await linkToken();
      expect(await confirm({ token, uid: newId() })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });
      await age('30 minutes');
      expect(await confirm({ token })).toMatchObject({ status: 400, body: { code: 'otp_expired' } });
    });

    it('does not use a link up for a weak password', async () => {
      await ask();
      const token = await linkToken();
      expect(await confirm({ token }, 'passwordpassword')).toMatchObject({ status: 400, body: { code: 'validation_error' } });
      expect((await confirm({ token })).status).toBe(200);
    });

    it('keeps no link, in tables or logs', async () => {
      await ask();
      const token = await linkToken();
      await confirm({ token }, 'passwordpassword');
      const secret = token.split('.')[1]!;
      const tables = JSON.stringify(
        await query(`select to_jsonb(j) from job_outbox j union all select to_jsonb(c) from passcode_challenge c
        union all select to_jsonb(a) from platform_audit_record a`),
      );
      expect(tables).not.toContain(secret);
      expect(JSON.stringify(app.ground.log)).not.toContain(secret);
      expect(JSON.stringify(app.ground.log)).not.toContain(NEW_PASSWORD);
      expect(JSON.stringify(app.ground.log)).not.toContain(asha.email);
    });

    it('opens a locked account again (AUT-04)', async () => {
      await Promise.all(Array.from({ length: 12 }, () => signIn('wrong')));
      expect((await signIn(asha.password)).status).toBe(401);
      await ask();
      await confirm({ token: await linkToken() });
      expect((await signIn(NEW_PASSWORD)).status).toBe(200);
    });

    it('does not get round a second factor (AUT-07)', async () => {
      const code = await enableMfa();
      await ask();
      await confirm({ token: await linkToken() }, 'kx7 vmqp');
      expect(await signIn('kx7 vmqp')).toMatchObject({ status: 401, body: { code: 'mfa_required' } });
      expect((await signIn('kx7 vmqp', { mfa_code: await code() })).status).toBe(200);
    });

    it('is replaced by a mailed code, which five wrong ones void', async () => {
      const request = { identifier: asha.email, purpose: 'password_reset', channel: 'email' };
      const { status, body } = await call<{ challenge_id: string }>('otp/request', request);
      expect([status, body.data]).toEqual([
        200,
        { challenge_id: expect.any(String), expires_in: 600, masked_destination: `${asha.email[0]}***@bank.example`, resend_after: 60 },
      ]);
      const challenge_id = body.data.challenge_id;
      const otp = String((await lastMail()).values.code);
      expect(await confirm({ challenge_id, otp: wrongCode(otp) })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });
      expect((await confirm({ challenge_id, otp })).status).toBe(200);
      expect(await confirm({ challenge_id, otp })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });

      const again = (await call<{ challenge_id: string }>('otp/request', request)).body.data.challenge_id;
      const next = String((await lastMail()).values.code);
      const said = await Promise.all(Array.from({ length: 40 }, () => confirm({ challenge_id: again, otp: wrongCode(next) })));
      expect(said.filter((each) => each.body.code === 'otp_invalid')).toHaveLength(5);
      const refused = await confirm({ challenge_id: again, otp: next });
      expect(refused).toMatchObject({ status: 429, body: { code: 'otp_attempts_exceeded' } });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);
    });

    it('goes to nobody who is disabled', async () => {
      await query(`update user_account set status = 'disabled' where id = $1`, [asha.id]);
      expect((await ask()).status).toBe(202);
      expect(await mailsTo(asha.email)).toEqual([]);
    });
  });

  describe('POST auth/otp/request', () => {
    const ask = (identifier: string, more: object = {}) =>
      call<Record<string, unknown>>('otp/request', { identifier, purpose: 'sensitive_action', channel: 'email', ...more });

    it('answers the same for an address that nobody has, and asks both to wait', async () => {
      const other = `${asha.email[0]}${randomBytes(6).toString('hex')}@bank.example`;
      const [known, unknown] = [await ask(asha.email), await ask(other)];
      const bodyOf = ({ body }: Said<Record<string, unknown>>) => ({ ...body.data, challenge_id: typeof body.data.challenge_id });
      expect(known.status).toBe(unknown.status);
      expect(bodyOf(known)).toEqual(bodyOf(unknown));
      expect(Object.keys(known.headers)).toEqual(Object.keys(unknown.headers));
      for (const { status, headers, body } of [await ask(asha.email), await ask(other)]) {
        expect([status, body.code]).toEqual([429, 'throttled']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(50);
      }
      expect(await mailsTo(asha.email)).toHaveLength(1);
      expect(await mailsTo(other)).toEqual([]);
    });

    it.each([
      ['text messages, which nobody sends yet', { channel: 'sms' }, 'channel'],
      ['a purpose that is not there', { purpose: 'prefund_decision' }, 'purpose'],
      ['no address', { identifier: 'asha' }, 'identifier'],
      ['a field that is not there', { user_id: '1' }, 'user_id'],
    ])('refuses %s', async (_, more, field) => {
      const { status, body } = await ask(asha.email, more);
      expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [field]]);
    });
  });

  describe('signing in by a mailed code', () => {
    const ask = async (identifier = asha.email) => {
      const { status, body } = await call<{ challenge_id: string }>('otp/request', { identifier, purpose: 'login', channel: 'email' });
      expect([status, body.data]).toMatchObject([200, { expires_in: 300, resend_after: 60 }]);
      return body.data.challenge_id;
    };
    const passcode = async (): Promise<{ challenge_id: string; otp: string }> => {
      const challenge_id = await ask();
      return { challenge_id, otp: String((await lastMail()).values.code) };
    };
    const enter = (proof: object) => call<SignedInDto>('token', { username: asha.email, ...proof });
    const refusal = {
      status: 401,
      body: { code: 'authentication_failed', message: 'The credential is not accepted', errors: {}, data: null },
    };

    it('gives tokens, once', async () => {
      const proof = await passcode();
      expect(await lastMail()).toMatchObject({ template: 'passcode', data: { purpose: 'sign in', minutes: 5 } });
      const { status, body } = await enter({ ...proof, username: asha.email.toUpperCase() });
      expect([status, body.data.user.id]).toEqual([200, asha.id]);
      expect((await me(body.data.access_token)).status).toBe(200);
      expect(await enter(proof)).toMatchObject(refusal);
    });

    it('gives a page its cookie, once, and only with its token (AUT-10)', async () => {
      const page = new Page(app);
      const [body, token] = [{ username: asha.email, ...(await passcode()) }, await page.greet()];
      const login = (more: object) => page.call('POST', '/auth/session/login', { body, ...more });
      expect(await login({})).toMatchObject({ status: 403, body: { code: 'csrf_failed' } });
      expect(await login({ token, body: { ...body, otp: wrongCode(body.otp) } })).toMatchObject(refusal);
      expect(await login({ token })).toMatchObject({ status: 200, body: { data: { id: asha.id } } });
      expect((await page.call('GET', '/auth/me')).status).toBe(200);
      const again = new Page(app);
      expect(await again.call('POST', '/auth/session/login', { body, token: await again.greet() })).toMatchObject(refusal);
    });

    it('tells nothing of what was wrong (AUT-03)', async () => {
      const nobody = `${randomBytes(6).toString('hex')}@bank.example`;
      const [strangers, proof] = [await ask(nobody), await passcode()];
      const admin = await openPerson(uow, await openTenant(uow, { mfaRequiredRoles: ['tenant_admin'] }), 'tenant_admin');
      const admins = await ask(admin.email);
      const ravi = await openPerson(uow, ctx, 'support');
      const wrong = wrongCode(proof.otp);
      const refused = [
        await enter({ ...proof, otp: wrong }),
        await enter({ ...proof, challenge_id: newId() }),
        await enter({ ...proof, challenge_id: strangers }),
        await enter({ ...proof, tenant: 'no-such-bank' }),
        await enter({ ...proof, username: ravi.email }),
        await enter({ username: nobody, challenge_id: strangers, otp: wrong }),
        await enter({ username: admin.email, challenge_id: admins, otp: wrong }),
      ];
      await age('5 minutes');
      refused.push(await enter(proof));
      const told = ({ body }: Said<unknown>) => ({ ...body, request_id: '', response_id: '' });
      for (const each of refused) {
        expect(each).toMatchObject(refusal);
        expect(told(each)).toEqual(told(refused[0]!));
        expect(Object.keys(each.headers)).toEqual(Object.keys(refused[0]!.headers));
      }
    });

    it('asks for the second factor with it, which does not use the code up', async () => {
      const code = await enableMfa();
      const proof = await passcode();
      expect(await enter(proof)).toMatchObject({ status: 401, body: { code: 'mfa_required' } });
      expect(await enter({ ...proof, mfa_code: '000000' })).toMatchObject({ status: 401, body: { code: 'mfa_invalid' } });
      expect(await enter({ ...proof, mfa_code: await code() })).toMatchObject({ status: 200, body: { data: { user: { id: asha.id } } } });
      expect(await enter(proof)).toMatchObject(refusal);
    });

    it.each<[string, (proof: { challenge_id: string; otp: string }) => object, string[]]>([
      ['neither way', () => ({}), ['challenge_id', 'otp', 'password']],
      ['a challenge without its code', ({ challenge_id }) => ({ challenge_id }), ['otp']],
      ['a code without its challenge', ({ otp }) => ({ otp }), ['challenge_id']],
      ['both ways', (proof) => ({ ...proof, password: 'x' }), ['challenge_id', 'otp', 'password']],
      ['a password and half of the other way', ({ otp }) => ({ otp, password: 'x' }), ['otp', 'password']],
      ['no username', (proof) => ({ ...proof, username: undefined }), ['username']],
      ['a code that is none', ({ challenge_id }) => ({ challenge_id, otp: '12345' }), ['otp']],
      ['nothing in place of a password', (proof) => ({ ...proof, password: null }), ['password']],
    ])('is refused with %s as a mistake of form', async (_, bodyOf, fields) => {
      const { status, body } = await enter(bodyOf(await passcode()));
      expect([status, body.code, Object.keys(body.errors).sort()]).toEqual([400, 'validation_error', fields]);
    });

    it('keeps codes out of the log', async () => {
      const proof = await passcode();
      await enter({ ...proof, otp: wrongCode(proof.otp) });
      await enter(proof);
      expect(JSON.stringify(app.ground.log)).not.toContain(proof.otp);
      expect(JSON.stringify(app.ground.log)).not.toContain(asha.email);
    });
  });

  describe('an e-mail address', () => {
    const unverified = () => query('update user_account set email_verified_at = null where id = $1', [asha.id]);
    const isVerified = async (): Promise<boolean> =>
      (
        await query<{ verified: boolean }>('select email_verified_at is not null as verified from user_account where id = $1', [asha.id])
      )[0]!.verified;

    it('is proved by a mailed link, once', async () => {
      await unverified();
      expect(await call('email/resend', { email: asha.email })).toMatchObject({ status: 202, body: { data: null } });
      expect(await lastMail()).toMatchObject({ template: 'verify-email', data: { hours: 24 } });
      const token = await linkToken();
      expect(await call('email/verify', { token })).toMatchObject({ status: 200, body: { data: { email_verified: true } } });
      expect(await isVerified()).toBe(true);
      expect(await call('email/verify', { token })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });
    });

    it('is proved by a mailed code', async () => {
      await unverified();
      await call('otp/request', { identifier: asha.email, purpose: 'verify_email', channel: 'email' });
      const code = String((await lastMail()).values.code);
      expect(await call('email/verify', { email: asha.email, code: wrongCode(code) })).toMatchObject({
        status: 400,
        body: { code: 'otp_invalid' },
      });
      expect((await call('email/verify', { email: asha.email, code })).status).toBe(200);
      expect(await isVerified()).toBe(true);
    });

    it('gets no mail when it is proved, or nobody has it, or too soon', async () => {
      const nobody = `${randomBytes(6).toString('hex')}@bank.example`;
      for (const email of [asha.email, asha.email, nobody]) expect((await call('email/resend', { email })).status).toBe(202);
      expect(await mailsTo(asha.email)).toEqual([]);
      await unverified();
      await age('1 minute');
      for (const email of [asha.email, asha.email, nobody]) expect((await call('email/resend', { email })).status).toBe(202);
      expect(await mailsTo(asha.email)).toHaveLength(1);
      expect(await mailsTo(nobody)).toEqual([]);
    });

    it('is proved before anybody signs in with it, which only who knows the password is told (AUT-03)', async () => {
      await unverified();
      expect(await signIn(asha.password)).toMatchObject({ status: 403, body: { code: 'email_not_verified' } });
      expect(await signIn('wrong')).toMatchObject({ status: 401, body: { code: 'authentication_failed' } });
      await call('email/resend', { email: asha.email });
      await call('email/verify', { token: await linkToken() });
      expect((await signIn(asha.password)).status).toBe(200);
    });

    it.each([
      ['nothing', {}],
      ['a code without its address', { code: '123456' }],
      ['both ways at once', { token: 'x.y', email: 'asha@bank.example', code: '123456' }],
      ['a code that is none', { email: 'asha@bank.example', code: '12345a' }],
    ])('is not proved by %s', async (_, body) => {
      expect(await call('email/verify', body)).toMatchObject({ status: 400, body: { code: 'validation_error' } });
    });

    it.each([['x'], ['AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']])(
      'is not proved by the token %s',
      async (token) => {
        expect(await call('email/verify', { token })).toMatchObject({ status: 400, body: { code: 'otp_invalid' } });
      },
    );
  });

  describe('whoever asks for an address that nobody has (AUT-03)', () => {
    it.each([
      ['password/reset', (email: string) => ({ email })],
      ['email/resend', (email: string) => ({ email })],
      ['otp/request', (identifier: string) => ({ identifier, purpose: 'password_reset', channel: 'email' })],
      ['otp/request', (identifier: string) => ({ identifier, purpose: 'login', channel: 'email' })],
    ])('learns nothing from the time that %s takes', async (path, bodyOf) => {
      const samples = 60;
      const known = Array.from({ length: samples }, () => `${randomBytes(8).toString('hex')}@bank.example`);
      const hash = await new Passwords().hash('x');
      await query(
        `insert into user_account (id, email, password_hash, full_name) select gen_random_uuid(), e, $2, 'Asha Rao' from unnest($1::text[]) as e`,
        [known, hash],
      );
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      const measure = async (kind: keyof typeof times, email: string): Promise<void> => {
        const begun = performance.now();
        await call(path, bodyOf(email));
        times[kind].push(performance.now() - begun);
      };
      for (let n = 0; n < 20; n++) await call(path, bodyOf(`${randomBytes(8).toString('hex')}@bank.example`));
      for (const email of known) {
        await measure('known', email);
        await measure('unknown', `${randomBytes(8).toString('hex')}@bank.example`);
      }
      const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
      const ratio = median(times.known) / median(times.unknown);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.25); // 0.1 on a quiet machine
    });
  });

  /** Gives the person a second factor; answers what makes its codes. */
  async function enableMfa(): Promise<() => Promise<string>> {
    const secret = randomBytes(20);
    const system = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001' } as const);
    await uow.platform(system, (tx) => app.nest.get(MfaFactors).enable(tx, asha.id, secret));
    return async () => {
      await earlyInStep(5);
      return authenticatorCode(toBase32(secret));
    };
  }
}
