import type { AddressInfo } from 'node:net';
import type { CreatedApiClient } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openApiClient, openTenant } from '../../../../test/support/identity.js';
import { PublicApiModule } from '../public-api.module.js';

const ISSUER = 'https://api.bank.example';
let database: TestDatabase;
let app: TestApp;
let base: string;
let me: CreatedApiClient;
let other: CreatedApiClient;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), {
    databaseUrl: database.appUrl,
    environment: { PUBLIC_URL: ISSUER },
  });
  await app.nest.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(app.nest.getHttpServer().address() as AddressInfo).port}`;
  const uow = app.nest.get(UnitOfWork);
  me = await openApiClient(uow, await openTenant(uow), ['points:read', 'points:write']);
  other = await openApiClient(uow, await openTenant(uow), ['points:read']);
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

interface Call {
  method?: string;
  query?: string;
  form?: string | Record<string, string>;
  json?: unknown;
  raw?: string;
  headers?: Record<string, string>;
}
const call = async ({ method = 'POST', query = '', form, json, raw, headers = {} }: Call) => {
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const body = raw ?? (form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json));
  const answer = await fetch(`${base}/api/v1/oauth/token${query}`, {
    method,
    body,
    headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
};
const basic = ({ clientId, clientSecret }: CreatedApiClient): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
});
const credentials = ({ clientId, clientSecret }: CreatedApiClient) => ({ client_id: clientId, client_secret: clientSecret });
const GRANT = { grant_type: 'client_credentials' };

describe('POST /api/v1/oauth/token answers', () => {
  it.each<[string, () => Call]>([
    ['a form with Basic', () => ({ form: GRANT, headers: basic(me) })],
    ['a form with the credentials inside', () => ({ form: { ...GRANT, ...credentials(me) } })],
    ['JSON with Basic', () => ({ json: GRANT, headers: basic(me) })],
    ['JSON with the credentials inside', () => ({ json: { ...GRANT, ...credentials(me) } })],
    [
      'a form with a charset',
      () => ({ form: GRANT, headers: { ...basic(me), 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } }),
    ],
    ['a parameter it does not know', () => ({ form: { ...GRANT, audience: 'x' }, headers: basic(me) })],
  ])('%s with a token (RFC 6749, 5.1)', async (_, request) => {
    const { status, headers, body } = await call(request());
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'points:read points:write',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
  });

  it('the scopes that were asked for', async () => {
    expect((await call({ form: { ...GRANT, scope: 'points:write' }, headers: basic(me) })).body.scope).toBe('points:write');
  });

  it('with a token that the published keys and metadata verify', async () => {
    const { body } = await call({ form: GRANT, headers: basic(me) });
    const metadata = (await (await fetch(`${base}/.well-known/oauth-authorization-server`)).json()) as Record<string, string>;
    expect(metadata).toMatchObject({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/api/v1/oauth/token`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      service_documentation: `${ISSUER}/api/docs`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      scopes_supported: expect.arrayContaining(['points:write', 'webhooks:write']),
    });
    const keys = createRemoteJWKSet(new URL(`${base}${new URL(metadata.jwks_uri!).pathname}`));
    const { payload } = await jwtVerify(body.access_token as string, keys, {
      issuer: metadata.issuer,
      audience: `${ISSUER}/api/v1`,
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({ sub: me.clientId, client_id: me.clientId, scope: 'points:read points:write', jti: expect.any(String) });
  });
});

describe('POST /api/v1/oauth/token refuses (OAU-02)', () => {
  it.each<[string, () => Call, number, string]>([
    ['a wrong secret', () => ({ form: GRANT, headers: basic({ ...me, clientSecret: other.clientSecret }) }), 401, 'invalid_client'],
    [
      'an unknown client',
      () => ({ form: GRANT, headers: basic({ ...me, clientId: `${me.clientId.slice(0, -1)}${me.clientId.endsWith('0') ? '1' : '0'}` }) }),
      401,
      'invalid_client',
    ],
    ['a client id of another make', () => ({ form: { ...GRANT, client_id: 'admin', client_secret: 'x' } }), 401, 'invalid_client'],
    ['a secret with NUL inside Basic', () => ({ form: GRANT, headers: basic({ ...me, clientSecret: 'a\0b' }) }), 401, 'invalid_client'],
    ['no credentials', () => ({ form: GRANT }), 401, 'invalid_client'],
    ['a bearer token', () => ({ form: GRANT, headers: { authorization: 'Bearer x' } }), 401, 'invalid_client'],
    ['two ways of authentication', () => ({ form: { ...GRANT, ...credentials(me) }, headers: basic(me) }), 400, 'invalid_request'],
    [
      'a repeated parameter',
      () => ({ form: 'grant_type=client_credentials&grant_type=client_credentials', headers: basic(me) }),
      400,
      'invalid_request',
    ],
    ['a repeated scope', () => ({ form: 'grant_type=client_credentials&scope=a&scope=b', headers: basic(me) }), 400, 'invalid_request'],
    [
      'credentials in the query',
      () => ({ form: GRANT, query: `?client_id=${me.clientId}&client_secret=${me.clientSecret}` }),
      400,
      'invalid_request',
    ],
    [
      'a grant type in the query',
      () => ({ form: { scope: '' }, query: '?grant_type=client_credentials', headers: basic(me) }),
      400,
      'invalid_request',
    ],
    ['no grant type', () => ({ form: { scope: 'points:read' }, headers: basic(me) }), 400, 'invalid_request'],
    ['no body', () => ({ headers: basic(me) }), 400, 'invalid_request'],
    ['another grant type', () => ({ form: { grant_type: 'password' }, headers: basic(me) }), 400, 'unsupported_grant_type'],
    ['a scope that does not exist', () => ({ form: { ...GRANT, scope: 'everything' }, headers: basic(me) }), 400, 'invalid_scope'],
    ['a scope of others', () => ({ form: { ...GRANT, scope: 'points:read members:read' }, headers: basic(me) }), 400, 'invalid_scope'],
    ['a malformed scope', () => ({ form: { ...GRANT, scope: 'points:read  points:write' }, headers: basic(me) }), 400, 'invalid_scope'],
    ['broken JSON', () => ({ raw: '{"grant_type":', headers: basic(me) }), 400, 'invalid_request'],
    ['a JSON list', () => ({ json: [GRANT], headers: basic(me) }), 400, 'invalid_request'],
    ['a JSON number as secret', () => ({ json: { ...GRANT, client_id: me.clientId, client_secret: 1 } }), 400, 'invalid_request'],
    ['NUL in a form', () => ({ form: 'grant_type=client_credentials&client_id=%00', headers: {} }), 400, 'invalid_request'],
    [
      'another content type',
      () => ({ raw: 'grant_type=client_credentials', headers: { ...basic(me), 'content-type': 'text/plain' } }),
      415,
      'invalid_request',
    ],
    ['a body of 300 kB', () => ({ form: { ...GRANT, scope: 'x'.repeat(300_000) }, headers: basic(me) }), 413, 'invalid_request'],
  ])('%s', async (_, request, status, error) => {
    const answer = await call(request());
    expect([answer.status, answer.body]).toEqual([
      status,
      { error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/) },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="Tallystick"' : null);
  });

  it('a wrong secret and an unknown client with the same answer', async () => {
    const wrong = await call({ form: GRANT, headers: basic({ ...me, clientSecret: other.clientSecret }) });
    const unknown = await call({ form: GRANT, headers: basic({ ...me, clientId: 'tsc_nobody' }) });
    const foreign = await call({ form: GRANT, headers: basic({ ...other, clientId: me.clientId }) });
    expect([unknown.text, foreign.text]).toEqual([wrong.text, wrong.text]);
  });

  it('other methods', async () => {
    const { status, headers } = await call({ method: 'GET', query: `?grant_type=client_credentials` });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('and tells no secret to its log (OBS-03)', async () => {
    await call({ form: { ...GRANT, ...credentials(me) } });
    await call({ form: GRANT, query: `?client_secret=${me.clientSecret}` });
    const log = JSON.stringify(app.ground.log);
    expect(log).toContain('/api/v1/oauth/token');
    expect(log).not.toContain(me.clientSecret);
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('shows the next and the current key, public halves alone (OAU-07)', async () => {
    const answer = await fetch(`${base}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: Record<string, string>[] };
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(Buffer.from(key.n!, 'base64url')).toHaveLength(256);
    }
  });
});
