import { setTimeout as sleep } from 'node:timers/promises';
import { AccessTokenSigner, RegenerateClientSecret, RevokeApiClient, type CreatedApiClient } from '@tallystick/identity';
import { requestContext } from '@tallystick/kernel';
import { WebhookEndpoints } from '@tallystick/messaging';
import { FindInstitution } from '@tallystick/offers';
import { decodeJwt } from 'jose';
import { openApiClient, openPerson } from '../../../../../test/support/identity.js';
import { openIntegrator } from '../../../../../test/support/integrator.js';
import { approveInstitution, startReworth, type ReworthApi } from '../../../../../test/support/reworth.js';

const WEEK = 7 * 86_400;
const VALID = /^Your JWT is valid until \w+ \d{1,2}, \d{4} \d{1,2}:\d\d [AP]M$/;

let reworth: ReworthApi;
beforeAll(async () => {
  reworth = await startReworth();
});
afterAll(() => reworth?.api.close());

const get = <T>(token: abstract new (...args: never[]) => T): T => reworth.api.app.nest.get(token as never, { strict: false });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const withToken = (token: string, method: string, path: string) => reworth.guest(method, path, undefined, bearer(token));
const tokenOf = async (client: CreatedApiClient): Promise<string> => (await reworth.authenticate(client)).body.data.jwt;
/** A token of the integrator as `POST /auth` gives it, but with this much left of its week. */
const aged = (seconds: number, { clientId }: { clientId: string } = reworth.api.integrator): Promise<string> => {
  const { ctx } = reworth.api.integrator;
  const grant = {
    subject: clientId,
    clientId,
    tenantId: ctx.tenantId,
    scope: ['cashback:read'],
    binding: { dialect: 'reworth', generation: 0 },
  };
  const expiresAt = new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000);
  return reworth.api.uow.run(ctx, (tx) => get(AccessTokenSigner).sign(tx, { ...grant, expiresAt }));
};

describe('guests', () => {
  it.each(['', '/ping'])('GET %j is the ping of the seed', async (path) => {
    const { status, text } = await reworth.guest('GET', path);
    expect([status, text]).toEqual([200, `{"success":true,"message":"These are not the droids you're looking for...","data":{}}`]);
  });

  it.each([
    ['GET', '/my-fi', 401, 'TokenNotValid'],
    ['GET', '/auth/validate', 401, 'TokenNotValid'],
    ['GET', '/auth/refresh', 401, 'TokenNotValid'],
    ['POST', '/webhook/redemptions', 401, 'TokenNotValid'],
    ['GET', '/nowhere', 404, 'NotFound'],
    ['DELETE', '/ping', 405, 'MethodNotAllowed'],
    ['GET', '/ping?x=1', 400, 'ValidationError'],
    ['GET', '/%zz', 400, 'ValidationError'],
  ])('%s %s is answered %i %s', async (method, path, status, error) => {
    expect(await reworth.told(reworth.guest(method, path))).toEqual([status, error]);
  });
});

describe('authentication', () => {
  it("answers the seed's sample with a token for a week, a new one every time", async () => {
    const { key, secret } = { key: reworth.api.integrator.clientId, secret: reworth.api.integrator.clientSecret };
    const { status, body } = await reworth.guest<{ jwt: string }>('POST', '/auth', { key, secret });
    expect([status, body]).toEqual([
      200,
      { success: true, status: 200, message: 'Welcome! You have now authenticated to the REWORTH API', data: { jwt: expect.any(String) } },
    ]);
    const { exp, iat } = decodeJwt(body.data.jwt);
    expect(exp! - iat!).toBe(WEEK);
    expect(await tokenOf(reworth.api.integrator)).not.toBe(body.data.jwt);
    const native = await reworth.api.app.nest.inject({ url: '/api/v1/members', headers: bearer(body.data.jwt) });
    expect(native.statusCode).toBe(401);
  });

  it.each<[string, () => object, [number, string], RegExp]>([
    ['a wrong secret', () => ({ key: reworth.api.integrator.clientId, secret: 'wrong' }), [401, 'AuthFailed'], /./],
    ['an unknown key', () => ({ key: '4b3588a8648202a1f503e9', secret: '$2a$08$v685soRwvux2F' }), [401, 'AuthFailed'], /./],
    ['no secret', () => ({ key: 'x' }), [400, 'ValidationError'], /secret: This field is required/],
    ['a number', () => ({ key: 1, secret: 'x' }), [400, 'ValidationError'], /key: /],
  ])('refuses %s', async (_, body, expected, message) => {
    const answer = reworth.guest('POST', '/auth', body());
    expect(await reworth.told(answer as never)).toEqual(expected);
    expect((await answer).body.message).toMatch(message);
  });

  it('gives an institution nothing before it is approved, and its native token opens nothing here', async () => {
    const pending = await openIntegrator(reworth.api.app);
    const answer = await reworth.authenticate(pending);
    expect([answer.status, answer.body.error, answer.body.message]).toEqual([403, 'AuthFailed', expect.stringContaining('not approved')]);
    expect(await reworth.told(withToken(pending.token, 'GET', '/my-fi'))).toEqual([403, 'AuthFailed']);
  });

  it('tells until when a token is valid, and renews it in its last two hours alone (C10.1)', async () => {
    const validated = await reworth.call('GET', '/auth/validate');
    expect(validated.body).toEqual({ success: true, message: expect.stringMatching(VALID), data: {} });
    for (const method of ['GET', 'POST']) {
      const same = await reworth.call(method, '/auth/refresh');
      expect(same.body).toEqual({ success: true, message: validated.body.message, data: { jwt: reworth.token } });
      // A minute from the edge on either side: the edge itself is a rule of its own.
      const early = await aged(7_260);
      expect((await withToken(early, method, '/auth/refresh')).body.data).toEqual({ jwt: early });
      const late = await aged(7_140);
      const { jwt } = (await withToken(late, method, '/auth/refresh')).body.data as { jwt: string };
      const { exp, iat, scope, dialect } = decodeJwt(jwt);
      expect([jwt === late, exp! - iat!, scope, dialect]).toEqual([false, WEEK, 'cashback:read', 'reworth']);
      expect((await withToken(jwt, 'GET', '/my-fi')).status).toBe(200);
    }
  });

  it('does not renew a token that has lapsed, or that is of another surface', async () => {
    for (const path of ['/auth/refresh', '/auth/validate', '/my-fi'])
      expect(await reworth.told(withToken(await aged(-1), 'GET', path))).toEqual([401, 'TokenNotValid']);
    expect(await reworth.told(withToken(reworth.api.integrator.token, 'GET', '/auth/refresh'))).toEqual([401, 'TokenNotValid']);
  });

  it('ends tokens with the secret, with the key and with the tenant', async () => {
    const { app, uow, integrator } = reworth.api;
    const suspended = await openIntegrator(app);
    await approveInstitution(reworth.api, suspended.ctx);
    const [renewed, revoked, other] = await Promise.all([1, 2, 3].map(() => openApiClient(uow, integrator.ctx, ['cashback:read'])));
    const tokens = await Promise.all([renewed!, revoked!, suspended, other!].map(tokenOf));
    const states = () => Promise.all(tokens.map((token) => reworth.told(withToken(token, 'GET', '/auth/validate'))));
    expect(await states()).toEqual([1, 2, 3, 4].map(() => [200, undefined]));
    const { id: admin } = await openPerson(uow, integrator.ctx, 'tenant_admin');
    await uow.run(requestContext({ ...integrator.ctx, actor: { type: 'user', id: admin } }), async (tx) => {
      // A key of the tenant's own: the platform alone renews those that work from anywhere.
      const rule = `update api_client set network_rule = $3 where tenant_id = $1 and id = $2`;
      await tx.query(rule, [tx.ctx.tenantId, renewed!.id, 'approved']);
      await get(RegenerateClientSecret).execute(tx, { id: renewed!.id, overlapSeconds: 600 });
      await tx.query(rule, [tx.ctx.tenantId, renewed!.id, 'anywhere']);
      await get(RevokeApiClient).execute(tx, { id: revoked!.id });
    });
    // What staff's `SuspendTenant` does to it.
    await uow.run(suspended.ctx, (tx) =>
      tx.query(`update tenant set status = 'suspended', suspended_at = now() where id = $1`, [suspended.ctx.tenantId]),
    );
    await sleep(950);
    expect(await states()).toEqual([
      [401, 'TokenNotValid'],
      [401, 'TokenNotValid'],
      [403, 'PermissionDenied'],
      [200, undefined],
    ]);
    // The secret of before works on for a while, and gives a token of now.
    expect((await withToken(await tokenOf(renewed!), 'GET', '/my-fi')).status).toBe(200);
    expect(await reworth.told(reworth.authenticate(suspended))).toEqual([403, 'AuthFailed']);
  });
});

describe('the profile', () => {
  it('has the contact in it unless it is sent away', async () => {
    const { body } = await reworth.call('GET', '/my-fi?populate=true');
    const { integrator } = reworth.api;
    expect(body).toMatchObject({
      success: true,
      data: { _id: integrator.ctx.tenantId, country: 'MX', currency: 'USD', status: 'approved', refreshRate: 0 },
    });
    expect(body.data).toHaveProperty('contact', { name: 'Asha Rao', email: 'asha@bank.example', phone: null });
    expect(body.lastLogin).toBeGreaterThan(1_600_000_000);
    const { contact, ...rest } = body.data;
    expect([contact, (await reworth.call('GET', '/my-fi')).body.data]).toEqual([expect.anything(), body.data]);
    expect((await reworth.call('GET', '/my-fi?populate=false')).body.data).toEqual(rest);
    expect(await reworth.told(reworth.call('GET', '/my-fi?populate=0'))).toEqual([400, 'ValidationError']);
  });
});

describe('callbacks', () => {
  const endpoints = async () => {
    const rows = await reworth.api.uow.read(reworth.api.integrator.ctx, (tx) => get(WebhookEndpoints).list(tx, { limit: 10 }));
    return rows.map(({ url, kind, eventTypes, status }) => ({ url, kind, eventTypes, status }));
  };
  const rate = () => reworth.api.uow.read(reworth.api.integrator.ctx, (tx) => get(FindInstitution).refreshRate(tx));

  it("are stored once each, with the answer of the seed; the rate is the institution's (C6.1)", async () => {
    const stored = { success: true, message: 'callbackUrl stored successfully', data: null };
    const callback = 'https://hooks.example.com/redemptions';
    for (const refreshRate of [1, 1])
      expect((await reworth.call('POST', '/webhook/redemptions', { callback, refreshRate })).body).toEqual(stored);
    expect(await rate()).toBe(1);
    expect((await reworth.call('POST', '/webhook/commissions', { callback: 'https://hooks.example.com/commissions' })).body).toEqual(
      stored,
    );
    expect(await rate()).toBe(1);
    expect(await endpoints()).toEqual([
      { url: 'https://hooks.example.com/commissions', kind: 'reworth', eventTypes: ['commission.report'], status: 'active' },
      { url: callback, kind: 'reworth', eventTypes: ['redemption.dispersion'], status: 'active' },
    ]);
    await reworth.call('POST', '/webhook/commissions', { callback, refreshRate: 0 });
    expect(await rate()).toBe(0);
    await reworth.call('POST', '/webhook/redemptions', { callback, refreshRate: 1 });
    await reworth.call('POST', '/webhook/redemptions', { callback });
    expect([await rate(), (await endpoints()).length]).toEqual([0, 2]);
  });

  it.each([
    [{}, 'callback'],
    [{ callback: 'https://hooks.example.com', refreshRate: 2 }, 'refreshRate'],
    [{ callback: 'https://hooks.example.com', refreshRate: '1' }, 'refreshRate'],
    [{ callback: 'https://hooks.example.com', refreshRate: null }, 'refreshRate'],
    [{ callback: 'http://hooks.example.com' }, 'callback'],
    [{ callback: 'ftp://hooks.example.com' }, 'callback'],
    [{ callback: 'https://10.0.0.1/x' }, 'callback'],
    [{ callback: 'https://169.254.169.254/' }, 'callback'],
    [{ callback: 'https://[fd00::1]/' }, 'callback'],
    [{ callback: 'https://2886729729/' }, 'callback'],
    [{ callback: 'https://user:secret@hooks.example.com/' }, 'callback'],
  ])('are refused as %j, naming %s (A12)', async (body, field) => {
    for (const which of ['redemptions', 'commissions']) {
      const answer = await reworth.call('POST', `/webhook/${which}`, body);
      expect([answer.status, answer.body.error, answer.body.message]).toEqual([
        400,
        'ValidationError',
        expect.stringContaining(`${field}: `),
      ]);
    }
  });
});
