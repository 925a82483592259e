import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { CreatedApiClient } from '@tallystick/identity';
import { AccessTokenSigner, OWN_CLIENT } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openApiClient, openPerson, openSession, openTenant } from '../../../../test/support/identity.js';
import { clientToken } from '../../../../test/support/integrator.js';
import { PublicApiModule } from '../public-api.module.js';

const WITHIN_A_SECOND = 950;
let database: TestDatabase;
let apps: [TestApp, TestApp];
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let uow: UnitOfWork;
let ctx: TenantContext;
let me: CreatedApiClient;
let colleague: CreatedApiClient;
let stranger: CreatedApiClient;

beforeAll(async () => {
  database = await createTestDatabase();
  const start = () => startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
  apps = [await start(), await start()];
  owner = await openUnitOfWork(database.ownerUrl);
  uow = apps[0].nest.get(UnitOfWork, { strict: false });
  ctx = await openTenant(uow);
  me = await openApiClient(uow, ctx, ['members:read', 'webhooks:write']);
  colleague = await openApiClient(uow, ctx, ['members:read']);
  stranger = await openApiClient(uow, await openTenant(uow), ['members:read']);
});
afterAll(async () => {
  await Promise.all((apps ?? []).map((app) => app.close()));
  await owner?.close();
  await database?.close();
});

interface Call {
  readonly as?: CreatedApiClient;
  readonly app?: TestApp;
  readonly inBody?: boolean;
  readonly json?: boolean;
  readonly parameters?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly query?: string;
}
const post = async (act: 'revoke' | 'introspect', token: string | undefined, call: Call = {}) => {
  const { as: who = me, app = apps[0], inBody, json, parameters, headers, query = '' } = call;
  const body = {
    ...(token !== undefined && { token }),
    ...(inBody && { client_id: who.clientId, client_secret: who.clientSecret }),
    ...parameters,
  };
  const basic = `Basic ${Buffer.from(`${who.clientId}:${who.clientSecret}`).toString('base64')}`;
  const answer = await app.nest.inject({
    method: 'POST',
    url: `/api/v1/oauth/${act}${query}`,
    payload: json ? JSON.stringify(body) : new URLSearchParams(body).toString(),
    headers: {
      'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(!inBody && { authorization: basic }),
      ...headers,
    },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
};
const everywhere = (token: string): Promise<number[]> =>
  Promise.all(
    apps.map(async ({ nest }) => {
      const answer = await nest.inject({ method: 'GET', url: '/api/v1/members', headers: { authorization: `Bearer ${token}` } });
      return answer.statusCode;
    }),
  );
const personToken = async (): Promise<string> => {
  const { id } = await openPerson(uow, ctx, 'auditor');
  const sessionId = await openSession(uow, id, ctx.tenantId);
  const grant = { subject: id, clientId: OWN_CLIENT, tenantId: ctx.tenantId, sessionId };
  return uow.run(ctx, (tx) => apps[0].nest.get(AccessTokenSigner, { strict: false }).sign(tx, grant));
};

describe('POST /api/v1/oauth/revoke (RFC 7009)', () => {
  it('takes back one token, on every process within a second, and no other (OAU-05)', async () => {
    const [token, other] = [await clientToken(apps[0], me), await clientToken(apps[0], me)];
    expect(await everywhere(token)).toEqual([200, 200]);
    const { status, headers, body } = await post('revoke', token);
    expect([status, body, headers['cache-control']]).toEqual([200, {}, 'no-store']);
    await sleep(WITHIN_A_SECOND);
    expect([await everywhere(token), await everywhere(other)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
    const refused = await apps[0].nest.inject({ method: 'GET', url: '/api/v1/members', headers: { authorization: `Bearer ${token}` } });
    expect([refused.json<{ code: string }>().code, refused.headers['www-authenticate']]).toEqual([
      'authentication_failed',
      'Bearer error="invalid_token"',
    ]);
    expect((await post('revoke', token)).status).toBe(200);
    const acts = await owner.dataSource.query(
      `select actor_id, target_id from audit_record where act = 'access_token.revoked' and tenant_id = $1`,
      [ctx.tenantId],
    );
    expect(acts).toEqual([{ actor_id: me.id, target_id: decodeJwt(token).jti }]);
  });

  it('takes forms and JSON, and authentication in the header or the body', async () => {
    for (const call of [
      { inBody: true },
      { json: true },
      { json: true, inBody: true },
      { parameters: { token_type_hint: 'refresh_token' } },
    ])
      expect([call, (await post('revoke', await clientToken(apps[0], me), call)).status]).toEqual([call, 200]);
  });

  it('forgets what has ended by itself', async () => {
    await owner.dataSource.query(
      `insert into revoked_access_token (tenant_id, token_id, api_client_id, expires_at) values ($1, gen_random_uuid(), $2, now() - interval '1 second')`,
      [ctx.tenantId, me.id],
    );
    await post('revoke', await clientToken(apps[0], me));
    expect(await owner.dataSource.query('select from revoked_access_token where expires_at < now()')).toEqual([]);
  });

  it.each([
    ['nonsense', () => 'nonsense'],
    ['a JWT of others', () => 'eyJhbGciOiJub25lIn0.e30.'],
    ['a token with a changed signature', async () => `${(await clientToken(apps[0], me)).slice(0, -8)}AAAAAAAA`],
  ])('answers 200 to %s', async (_, token) => {
    expect(await post('revoke', await token())).toMatchObject({ status: 200, body: {} });
  });

  it('refuses the token of another client, of a person or of another tenant, and leaves it as it is', async () => {
    const token = await clientToken(apps[0], me);
    for (const who of [colleague, stranger])
      expect(await post('revoke', token, { as: who })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await post('revoke', await personToken())).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    await sleep(WITHIN_A_SECOND);
    expect(await everywhere(token)).toEqual([200, 200]);
  });
});

describe('POST /api/v1/oauth/introspect (RFC 7662)', () => {
  it('tells everything of a good token to the clients of its tenant', async () => {
    const token = await clientToken(apps[0], me, 'webhooks:write');
    const { iss, aud, jti, iat, exp } = decodeJwt(token);
    const expected = {
      active: true,
      token_type: 'Bearer',
      client_id: me.clientId,
      sub: me.clientId,
      scope: 'webhooks:write',
      iss,
      aud,
      jti,
      iat,
      exp,
    };
    for (const who of [me, colleague]) {
      const { status, headers, body } = await post('introspect', token, { as: who });
      expect([status, body, headers['cache-control']]).toEqual([200, expected, 'no-store']);
    }
  });

  it('tells who a person is by id alone', async () => {
    const token = await personToken();
    const { body } = await post('introspect', token);
    expect(body).toMatchObject({ active: true, client_id: OWN_CLIENT, sub: decodeJwt(token).sub });
    expect(body).not.toHaveProperty('scope');
  });

  it.each([
    ['another tenant', async () => clientToken(apps[0], stranger)],
    ['nonsense', () => 'nonsense'],
    ['a changed token', async () => `${(await clientToken(apps[0], me)).slice(0, -8)}AAAAAAAA`],
    ['no algorithm', () => 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.'],
  ])('says nothing of a token of %s but that it is inactive', async (_, token) => {
    expect(await post('introspect', await token())).toMatchObject({ status: 200, body: { active: false } });
    expect(Object.keys((await post('introspect', await token())).body)).toEqual(['active']);
  });

  it('follows what is taken away: the token, a scope, the client', async () => {
    const client = await openApiClient(uow, ctx, ['members:read', 'points:read']);
    const [token, taken] = [await clientToken(apps[0], client), await clientToken(apps[0], client)];
    await post('revoke', taken, { as: client });
    await owner.dataSource.query(`update api_client set scopes = '{points:read}' where id = $1`, [client.id]);
    await sleep(WITHIN_A_SECOND);
    expect((await post('introspect', taken)).body).toEqual({ active: false });
    expect((await post('introspect', token, { app: apps[1] })).body).toMatchObject({ active: true, scope: 'points:read' });
    await owner.dataSource.query(`update api_client set status = 'revoked', revoked_at = now() where id = $1`, [client.id]);
    await sleep(WITHIN_A_SECOND);
    for (const app of apps) expect((await post('introspect', token, { app })).body).toEqual({ active: false });
  });
});

describe.each(['revoke', 'introspect'] as const)('POST /api/v1/oauth/%s refuses', (act) => {
  it.each<[string, string | undefined, Call, number, string]>([
    ['no token', undefined, {}, 400, 'invalid_request'],
    ['an empty token', '', {}, 400, 'invalid_request'],
    ['no client', 'x', { headers: { authorization: '' } }, 401, 'invalid_client'],
    ['a bearer token as client', 'x', { headers: { authorization: 'Bearer x' } }, 401, 'invalid_client'],
    ['an unknown client', 'x', { headers: { authorization: `Basic ${Buffer.from('tsc_x:y').toString('base64')}` } }, 401, 'invalid_client'],
    ['a wrong secret', 'x', { inBody: true, parameters: { client_secret: 'tss_live_wrong' } }, 401, 'invalid_client'],
    ['two ways of authentication', 'x', { parameters: { client_secret: 'x' } }, 400, 'invalid_request'],
    ['a token in the query', undefined, { query: '?token=x' }, 400, 'invalid_request'],
  ])('%s', async (_, token, call, status, error) => {
    const answer = await post(act, token, call);
    expect([answer.status, answer.body]).toEqual([status, { error, error_description: expect.any(String) }]);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="Tallystick"' : undefined);
  });

  it('other methods', async () => {
    const answer = await apps[0].nest.inject({ method: 'GET', url: `/api/v1/oauth/${act}` });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST']);
  });

  it('tells no token and no secret to its log (OBS-03)', async () => {
    const token = await clientToken(apps[0], me);
    await post(act, token, { inBody: true });
    await post(act, undefined, { query: `?token=${token}` });
    const log = JSON.stringify(apps[0].ground.log);
    expect(log).toContain(`/api/v1/oauth/${act}`);
    for (const secret of [token, me.clientSecret]) expect(log).not.toContain(secret);
  });
});
