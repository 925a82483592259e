import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { Passcodes, subjectOf, VerificationKeys, type SignedInDto, type TokenPairDto, type UserProfileDto } from '@tallystick/identity';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type AppName, type Ground } from '@tallystick/platform';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openPerson, openTenant } from './identity.js';
import { Page } from './page.js';
import type { Said } from './public-api.js';

/** What every app that people sign in to must do: tokens, cookies and the sessions behind both. */
export function describeSignIn(name: AppName, module: (ground: Ground) => DynamicModule): void {
  let database: TestDatabase;
  let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
  /** Two processes, as far as what they remember goes. */
  let app: TestApp;
  let other: TestApp;
  /** Closed with the others: passport knows one strategy in a process, that of the app made last. */
  let again: TestApp | undefined;
  let ctx: TenantContext;
  let asha: Awaited<ReturnType<typeof openPerson>>;

  const start = (): Promise<TestApp> => startTestApp(module, { app: name, databaseUrl: database.appUrl });
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await openUnitOfWork(database.ownerUrl);
    [app, other] = [await start(), await start()];
    ctx = await openTenant(app.nest.get(UnitOfWork));
  });
  beforeEach(async () => {
    asha = await openPerson(app.nest.get(UnitOfWork), ctx, 'support');
  });
  afterAll(async () => {
    await app?.close();
    await other?.close();
    await again?.close();
    await owner?.close();
    await database?.close();
  });

  const call = async <Data>(method: string, path: string, token?: string, body?: unknown, at = app): Promise<Said<Data>> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const payload = body === undefined ? {} : { payload: body as object };
    const answer = await at.nest.inject({ method: method as 'GET', url: `/api/v1${path}`, headers, ...payload });
    const read = answer.body === '' ? {} : answer.json();
    return { status: answer.statusCode, headers: answer.headers as Said['headers'], text: answer.body, body: read } as Said<Data>;
  };
  const credentials = () => ({ username: asha.email, password: asha.password });
  const signIn = async (): Promise<SignedInDto> => (await call<SignedInDto>('POST', '/auth/token', undefined, credentials())).body.data;
  const refresh = (token: string, at = app) => call<TokenPairDto>('POST', '/auth/token/refresh', undefined, { refresh_token: token }, at);
  const me = (token: string, at = app) => call<UserProfileDto>('GET', '/auth/me', token, undefined, at);
  const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    (await owner.dataSource.query(sql, parameters)) as Row[];
  /** What `auth/otp/request` sends, as it stands in the mail. */
  const passcodeFor = async (userId: string): Promise<string> => {
    const person = requestContext({ tenantId: null, actor: { type: 'user', id: userId }, requestId: newId() } as const);
    const passcode = { purpose: 'sensitive_action', subject: subjectOf(userId), destination: asha.email } as const;
    return (await app.nest.get(UnitOfWork).platform(person, (tx) => app.nest.get(Passcodes, { strict: false }).open(tx, passcode))).code;
  };
  const actsOf = async (): Promise<string[]> =>
    (
      await query<{ act: string }>(
        'select act from audit_record where tenant_id = $1 and (target_id = $2 or actor_id = $2) order by number',
        [ctx.tenantId, asha.id],
      )
    ).map(({ act }) => act);

  describe('POST auth/token/refresh (AUT-12)', () => {
    it('gives the next pair, on any process, and the new pair works', async () => {
      const first = await signIn();
      const { status, body } = await refresh(first.refresh_token, other);
      expect(status).toBe(200);
      expect(body.data).toEqual({
        access_token: expect.any(String),
        refresh_token: expect.stringMatching(/^[\w-]{43}$/),
        token_type: 'Bearer',
        expires_in: 900,
      });
      expect(body.data.refresh_token).not.toBe(first.refresh_token);
      expect((await me(body.data.access_token)).status).toBe(200);
      expect((await refresh(body.data.refresh_token)).status).toBe(200);
    });

    it('ends the session when a token comes again, with all that was given out since', async () => {
      const first = await signIn();
      const second = (await refresh(first.refresh_token)).body.data;
      expect(await refresh(first.refresh_token)).toMatchObject({ status: 401, body: { code: 'authentication_failed' } });
      expect((await refresh(second.refresh_token)).status).toBe(401);
      await sleep(950);
      expect((await me(second.access_token)).status).toBe(401);
      expect((await me(first.access_token, other)).status).toBe(401);
      expect((await actsOf()).filter((act) => act === 'refresh_token.reused')).toHaveLength(1);
    });

    it('leaves at most one family alive when two come at the same moment', async () => {
      for (let round = 0; round < 5; round++) {
        const { refresh_token: token } = await signIn();
        const answers = await Promise.all([refresh(token), refresh(token, other)]);
        const given = answers.filter(({ status }) => status === 200).map(({ body }) => body.data.refresh_token);
        expect(given.length).toBeLessThanOrEqual(1);
        const next = await Promise.all(given.map((one) => refresh(one)));
        expect(next.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      }
      const alive = await query('select session_id from refresh_token where used_at is null group by session_id having count(*) > 1');
      expect(alive).toEqual([]);
    });

    it('touches no other session', async () => {
      const [one, two] = [await signIn(), await signIn()];
      await refresh(one.refresh_token);
      await refresh(one.refresh_token);
      expect((await refresh(two.refresh_token)).status).toBe(200);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['the person is disabled', () => query(`update user_account set status = 'disabled' where id = $1`, [asha.id])],
      ['they lost their role', () => query('delete from tenant_user where user_id = $1', [asha.id])],
      [
        'the session was idle for too long',
        () => query(`update user_session set seen_at = now() - interval '31 minutes' where user_id = $1`, [asha.id]),
      ],
      [
        'its time is over',
        () => query(`update user_session set created_at = now() - interval '13 hours', expires_at = now() where user_id = $1`, [asha.id]),
      ],
    ])('is refused once %s', async (_, change) => {
      const { refresh_token: token } = await signIn();
      await change();
      expect((await refresh(token)).status).toBe(401);
    });

    it('is refused for what is no token', async () => {
      expect((await refresh('x'.repeat(43))).status).toBe(401);
      expect(await refresh('short')).toMatchObject({ status: 400, body: { errors: { refresh_token: expect.anything() } } });
    });

    it('keeps no token that opens anything (AUT-08)', async () => {
      const { refresh_token: token } = await signIn();
      const rows = await query<{ text: string }>(
        'select t::text || s::text as text from refresh_token t join user_session s on s.id = t.session_id',
      );
      expect(rows.some(({ text }) => text.includes(token))).toBe(false);
    });
  });

  describe('POST auth/logout', () => {
    it('ends this session alone', async () => {
      const [here, there] = [await signIn(), await signIn()];
      expect((await call('POST', '/auth/logout', here.access_token, {})).status).toBe(200);
      expect((await refresh(here.refresh_token)).status).toBe(401);
      await sleep(950);
      expect((await me(here.access_token, other)).status).toBe(401);
      expect((await me(there.access_token)).status).toBe(200);
      expect((await actsOf()).filter((act) => act === 'session.signed_out')).toHaveLength(1);
    });

    it('ends the session of a refresh token too, and all of them when told to', async () => {
      const sessions = [await signIn(), await signIn(), await signIn(), await signIn()];
      const [one, two, three, four] = sessions as [SignedInDto, SignedInDto, SignedInDto, SignedInDto];
      expect((await call('POST', '/auth/logout', one.access_token, { refresh_token: two.refresh_token })).status).toBe(200);
      expect((await refresh(two.refresh_token)).status).toBe(401);
      expect((await call('POST', '/auth/logout', three.access_token, { all_devices: true })).status).toBe(200);
      expect((await refresh(four.refresh_token)).status).toBe(401);
    });

    it('takes no refresh token of somebody else, and nobody who is not signed in', async () => {
      const mine = await signIn();
      const ravi = await openPerson(app.nest.get(UnitOfWork), ctx, 'support');
      const his = (await call<SignedInDto>('POST', '/auth/token', undefined, { username: ravi.email, password: ravi.password })).body.data;
      expect(await call('POST', '/auth/logout', mine.access_token, { refresh_token: his.refresh_token })).toMatchObject({
        status: 400,
        body: { errors: { refresh_token: expect.anything() } },
      });
      expect((await refresh(his.refresh_token)).status).toBe(200);
      expect((await call('POST', '/auth/logout')).status).toBe(401);
    });
  });

  describe('PATCH auth/profile', () => {
    it('changes what is sent, removes what is null and leaves the rest', async () => {
      const { access_token: token } = await signIn();
      const change = {
        full_name: 'Asha R. Rao',
        phone_number: '+919800000001',
        timezone: 'Asia/Kolkata',
        locale: 'en-IN',
        avatar: 'https://images.example/a.png',
      };
      expect(await call('PATCH', '/auth/profile', token, change)).toMatchObject({
        status: 200,
        body: { data: { ...change, email: asha.email } },
      });
      expect((await call('PATCH', '/auth/profile', token, { phone_number: null, locale: 'hi' })).body.data).toMatchObject({
        ...change,
        phone_number: null,
        locale: 'hi',
      });
      expect((await me(token)).body.data).toMatchObject({ ...change, phone_number: null, locale: 'hi' });
      const [{ text }] = (await query(
        `select after::text as text from audit_record where act = 'profile.changed' and target_id = $1 order by number limit 1`,
        [asha.id],
      )) as [{ text: string }];
      expect(text).toContain('phone_number');
      expect(text).not.toContain('+91');
    });

    it.each([
      [{ full_name: ' ' }, 'full_name'],
      [{ full_name: null }, 'full_name'],
      [{ phone_number: '9800000001' }, 'phone_number'],
      [{ timezone: 'Mars/Olympus' }, 'timezone'],
      [{ timezone: '+05:30' }, 'timezone'],
      [{ locale: 'not a language' }, 'locale'],
      [{ avatar: 'http://images.example/a.png' }, 'avatar'],
      [{ avatar: 'javascript:alert(1)' }, 'avatar'],
      [{ email: 'other@bank.example' }, 'email'],
      [{ role: 'tenant_admin' }, 'role'],
    ])('refuses %j (AZN-03)', async (change, field) => {
      const { access_token: token } = await signIn();
      const { status, body } = await call('PATCH', '/auth/profile', token, change);
      expect([status, Object.keys(body.errors)]).toEqual([400, [field]]);
    });
  });

  it('auth/register is closed, whatever is sent', async () => {
    for (const answer of [
      await call('GET', '/auth/register'),
      await call('POST', '/auth/register', undefined, { email: 'x@bank.example', anything: [1] }),
      await call('POST', '/auth/register'),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'registration_disabled' } });
  });

  describe('auth/sessions (AUT-09)', () => {
    it('shows where a person is signed in, and ends it', async () => {
      const [here, there] = [await signIn(), await signIn()];
      const list = await call<{ id: string; is_current: boolean }[]>('GET', '/auth/sessions', here.access_token);
      expect(list.status).toBe(200);
      expect(list.body.data).toHaveLength(2);
      const elsewhere = list.body.data.find((session) => !session.is_current)!;
      expect(elsewhere).toMatchObject({ kind: 'token', tenant_id: ctx.tenantId, address: '127.0.0.1', mfa_passed: false });
      expect((await call('DELETE', `/auth/sessions/${elsewhere.id}`, here.access_token)).status).toBe(204);
      expect((await refresh(there.refresh_token)).status).toBe(401);
      expect((await call<unknown[]>('GET', '/auth/sessions', here.access_token)).body.data).toHaveLength(1);
      expect((await call('DELETE', `/auth/sessions/${elsewhere.id}`, here.access_token)).status).toBe(404);
    });

    it('of somebody else are not there', async () => {
      const mine = await signIn();
      const [{ id }] = (await query('select id from user_session where user_id <> $1 and revoked_at is null limit 1', [asha.id])) as [
        { id: string },
      ];
      expect((await call('DELETE', `/auth/sessions/${id}`, mine.access_token)).status).toBe(404);
      expect((await call('DELETE', `/auth/sessions/${newId()}`, mine.access_token)).status).toBe(404);
      expect((await call('GET', '/auth/sessions')).status).toBe(401);
    });
  });

  describe('a page of the same origin', () => {
    it('walks from its first visit to its sign-out (AUT-08, AUT-10)', async () => {
      const page = new Page(app);
      const first = await page.greet();
      expect(page.cookie('csrftoken')).toBe(first);
      const login = await page.call('POST', '/auth/session/login', { token: first, body: credentials() });
      expect(login).toMatchObject({ status: 200, body: { data: { id: asha.id, role: 'support' } } });
      const cookies = [login.headers['set-cookie'] as unknown as string[]].flat();
      expect(cookies.find((cookie) => cookie.startsWith('__Host-sid='))).toMatch(
        /^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      const token = page.cookie('csrftoken')!;
      expect(token).not.toBe(first);
      expect((await page.call('GET', '/auth/me')).body.data).toMatchObject({ id: asha.id });
      expect((await page.call('PATCH', '/auth/profile', { token, body: { full_name: 'Asha' } })).status).toBe(200);
      // On another process, with a token that the page asked for again.
      const elsewhere = Object.assign(new Page(other), { jar: page.jar });
      expect((await elsewhere.call('PATCH', '/auth/profile', { token: await elsewhere.greet(), body: { full_name: 'Asha' } })).status).toBe(
        200,
      );
      const held = page.cookie('__Host-sid')!;
      expect((await page.call('POST', '/auth/session/logout', { token })).status).toBe(200);
      expect(page.cookie('__Host-sid')).toBeUndefined();
      await sleep(950);
      page.jar.setCookieSync(`__Host-sid=${held}; Path=/; Secure`, 'https://bank.example');
      expect((await page.call('GET', '/auth/me')).status).toBe(401);
      expect(await actsOf()).toEqual(['sign_in.succeeded', 'profile.changed', 'profile.changed', 'session.signed_out']);
    });

    it('gets another session at sign-in, and loses the one it had (fixation)', async () => {
      const page = new Page(app);
      await page.signIn(asha.email, asha.password);
      const before = page.cookie('__Host-sid')!;
      await page.signIn(asha.email, asha.password);
      expect(page.cookie('__Host-sid')).not.toBe(before);
      const [{ count }] = (await query('select count(*)::int from user_session where user_id = $1 and revoked_at is null', [asha.id])) as [
        { count: number },
      ];
      expect(count).toBe(1);
      const planted = new Page(app);
      planted.jar.setCookieSync(`__Host-sid=${'A'.repeat(43)}; Path=/; Secure`, 'https://bank.example');
      await planted.signIn(asha.email, asha.password);
      expect(planted.cookie('__Host-sid')).not.toBe('A'.repeat(43));
    });

    it('changes nothing without the token of its own session, or from another site (AUT-10)', async () => {
      const [page, stranger] = [new Page(app), new Page(app)];
      const token = await page.signIn(asha.email, asha.password);
      const foreign = await stranger.signIn(asha.email, asha.password);
      const visit = await new Page(app).greet();
      const change = (given: { token?: string; headers?: Record<string, string> }) =>
        page.call('PATCH', '/auth/profile', { body: { full_name: 'Mallory' }, ...given });
      for (const refused of [
        await change({}),
        await change({ token: '' }),
        await change({ token: 'x' }),
        await change({ token: foreign }),
        await change({ token: visit }),
        ...(await Promise.all(otherSpellings(token).map((spelling) => change({ token: spelling })))),
        await change({ token, headers: { origin: 'https://evil.example' } }),
        await change({ token, headers: { origin: 'null' } }),
        await change({ token, headers: { 'sec-fetch-site': 'cross-site' } }),
        await change({ token, headers: { 'sec-fetch-site': 'same-site' } }),
      ])
        expect(refused).toMatchObject({ status: 403, body: { code: 'csrf_failed' } });
      const form = { 'content-type': 'text/plain' };
      expect((await page.call('PATCH', '/auth/profile', { token, body: '{"full_name":"Mallory"}', headers: form })).status).toBe(415);
      expect((await page.call('GET', '/auth/me')).body.data).toMatchObject({ full_name: 'Asha Rao' });
      expect((await change({ token, headers: { origin: 'https://bank.example', 'sec-fetch-site': 'same-origin' } })).status).toBe(200);
    });

    it('signs nobody in for another site', async () => {
      const page = new Page(app);
      const body = credentials();
      expect((await page.call('POST', '/auth/session/login', { body })).body.code).toBe('csrf_failed');
      const token = await page.greet();
      const others = await new Page(app).greet();
      expect((await page.call('POST', '/auth/session/login', { body, token: others })).body.code).toBe('csrf_failed');
      expect((await page.call('POST', '/auth/session/login', { body, token, headers: { origin: 'https://evil.example' } })).status).toBe(
        403,
      );
      expect(page.cookie('__Host-sid')).toBeUndefined();
      expect((await page.call('POST', '/auth/session/login', { body: { ...body, password: 'x' }, token })).status).toBe(401);
      expect((await page.call('POST', '/auth/session/login', { body, token })).status).toBe(200);
    });

    it('needs no token where a bearer speaks, even beside a cookie, and the bearer decides', async () => {
      const page = new Page(app);
      await page.signIn(asha.email, asha.password);
      const ravi = await openPerson(app.nest.get(UnitOfWork), ctx, 'support');
      const his = (await call<SignedInDto>('POST', '/auth/token', undefined, { username: ravi.email, password: ravi.password })).body.data;
      const headers = { authorization: `Bearer ${his.access_token}`, origin: 'https://evil.example' };
      expect((await page.call('PATCH', '/auth/profile', { body: { full_name: 'Ravi' }, headers })).body.data).toMatchObject({
        id: ravi.id,
      });
      expect((await page.call('GET', '/auth/me', { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401);
    });

    it('is out after half an hour without a request and after twelve hours in any case (AUT-09)', async () => {
      for (const end of [
        `seen_at = now() - interval '30 minutes 1 second'`,
        `created_at = now() - interval '12 hours', expires_at = now()`,
      ]) {
        const page = new Page(app);
        await page.signIn(asha.email, asha.password);
        const [row] = await query<{ idle: number; hours: number }>(
          `select idle_seconds as idle, extract(epoch from expires_at - created_at)::int / 3600 as hours from user_session where user_id = $1 and revoked_at is null`,
          [asha.id],
        );
        expect(row).toEqual({ idle: 1_800, hours: 12 });
        expect((await page.call('GET', '/auth/me')).status).toBe(200);
        await query(`update user_session set ${end} where user_id = $1 and revoked_at is null`, [asha.id]);
        await sleep(950);
        expect((await page.call('GET', '/auth/me')).status).toBe(401);
        await query('update user_session set revoked_at = now() where user_id = $1', [asha.id]);
      }
    });

    it('loses no session when an app starts again', async () => {
      const page = new Page(app);
      const token = await page.signIn(asha.email, asha.password);
      again = await start();
      const later = Object.assign(new Page(again), { jar: page.jar });
      expect((await later.call('PATCH', '/auth/profile', { token, body: { full_name: 'Asha' } })).status).toBe(200);
    });
  });

  describe('auth/account (C9.6)', () => {
    interface Deletion {
      readonly request_id: string;
      readonly status: string;
      readonly requested_at: string;
      readonly scheduled_for: string;
    }
    const remove = (token: string, body: object) => call<Deletion>('POST', '/auth/account/delete', token, { confirm: true, ...body });

    it('is deleted in 30 days for who proves their password, unless they change their mind', async () => {
      const { access_token: token } = await signIn();
      expect((await call('GET', '/auth/account/deletion', token)).status).toBe(404);
      expect((await call('POST', '/auth/account/delete/cancel', token)).body.code).toBe('invalid_state');
      const asked = await remove(token, { password: asha.password, reason: 'I moved' });
      expect(asked).toMatchObject({ status: 202, body: { data: { status: 'scheduled', request_id: expect.any(String) } } });
      const { request_id: id, requested_at: from, scheduled_for: until } = asked.body.data;
      expect(Date.parse(until) - Date.parse(from)).toBe(30 * 86_400_000);
      expect(asked.body.data).toMatchObject({ cancellable_until: until });
      expect(await remove(token, { password: asha.password })).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
      expect((await call('GET', '/auth/account/deletion', token)).body.data).toEqual(asked.body.data);
      expect((await call('GET', `/auth/account/deletion-receipts/${id}`)).body.data).toMatchObject({ status: 'scheduled', receipt: null });
      expect((await call('POST', '/auth/account/delete/cancel', token)).body.data).toMatchObject({ request_id: id, status: 'cancelled' });
      expect((await remove(token, { password: asha.password })).status).toBe(202);
      const mails = await query<{ template: string }>(
        `select payload ->> 'template' as template from job_outbox where payload ->> 'to' = $1 order by id`,
        [asha.email],
      );
      expect(mails.map(({ template }) => template)).toEqual([
        'account-deletion-scheduled',
        'account-deletion-cancelled',
        'account-deletion-scheduled',
      ]);
    });

    it('asks for a proof, and counts wrong ones', async () => {
      const { access_token: token } = await signIn();
      expect((await remove(token, {})).body.errors).toHaveProperty('password');
      expect((await call('POST', '/auth/account/delete', token, { password: asha.password, confirm: false })).status).toBe(400);
      expect((await remove(token, { otp: '000000' })).body.code).toBe('otp_invalid');
      for (let i = 0; i < 10; i++) expect((await remove(token, { password: 'wrong' })).body.code).toBe('authentication_failed');
      expect((await remove(token, { password: asha.password })).status).toBe(401);
      expect((await call('POST', '/auth/account/delete', undefined, { password: asha.password, confirm: true })).status).toBe(401);
      expect((await call('GET', '/auth/account/deletion')).status).toBe(401);
      // Sign-in counts apart: a stolen session must not keep its owner out.
      expect((await signIn()).access_token).toBeDefined();
    });

    it('takes a one-time passcode for a proof', async () => {
      const { access_token: token } = await signIn();
      const code = await passcodeFor(asha.id);
      expect((await remove(token, { otp: code })).status).toBe(202);
    });

    it('stays while nobody else administers the tenant', async () => {
      const uow = app.nest.get(UnitOfWork);
      const lonely = await openTenant(uow);
      const admin = await openPerson(uow, lonely, 'tenant_admin');
      const body = { username: admin.email, password: admin.password };
      const { access_token: token } = (await call<SignedInDto>('POST', '/auth/token', undefined, body)).body.data;
      expect(await remove(token, { password: admin.password })).toMatchObject({ status: 409, body: { code: 'last_admin' } });
      await openPerson(uow, lonely, 'tenant_admin');
      expect((await remove(token, { password: admin.password })).status).toBe(202);
    });

    it('leaves a receipt that the published keys verify, that names nobody and is no token', async () => {
      const id = newId();
      await query(
        `insert into account_deletion (id, user_id, status, scheduled_for, completed_at, erased) values ($1, $2, 'completed', now(), now(), '{sessions}')`,
        [id, asha.id],
      );
      const { body } = await call<{ receipt: string; erased: string[] }>('GET', `/auth/account/deletion-receipts/${id}`);
      expect(body.data).toMatchObject({ request_id: id, status: 'completed', erased: ['sessions'] });
      const keys = createLocalJWKSet({ keys: [...(await app.nest.get(VerificationKeys).published())] });
      const { payload } = await jwtVerify(body.data.receipt, keys, { typ: 'deletion-receipt+jwt' });
      expect(payload).toMatchObject({ request_id: id, erased: ['sessions'], completed_at: expect.any(String) });
      expect(JSON.stringify([body, payload])).not.toContain(asha.id);
      expect((await me(body.data.receipt)).status).toBe(401);
    });

    it('has no receipt for who does not know its id', async () => {
      expect((await call('GET', `/auth/account/deletion-receipts/${newId()}`)).status).toBe(404);
    });
  });

  it('tells no secret to the log (OBS-03)', async () => {
    const page = new Page(app);
    const token = await page.signIn(asha.email, asha.password);
    const { refresh_token: secret } = await signIn();
    await refresh(secret);
    const log = JSON.stringify(app.ground.log);
    for (const word of [asha.password, asha.email, secret, token, page.cookie('__Host-sid')!, page.cookie('__Host-device')!])
      expect(log).not.toContain(word);
  });
}

/** A token with its last character replaced by each other one, of which three decode to the very same bytes. */
const otherSpellings = (token: string): string[] =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((last) => `${token.slice(0, -1)}${last}`)
    .filter((spelling) => spelling !== token);
