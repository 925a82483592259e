import { createServer, type AddressInfo } from 'node:net';
import type { CreatedApiClient } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openApiClient, openTenant } from '../../../../test/support/identity.js';
import { PublicApiModule } from '../public-api.module.js';

let database: TestDatabase;
let app: TestApp;
let issuer: string;
let me: CreatedApiClient;

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), {
    databaseUrl: database.appUrl,
    environment: { PUBLIC_URL: issuer },
  });
  await app.nest.listen(port, '127.0.0.1');
  const uow = app.nest.get(UnitOfWork, { strict: false });
  me = await openApiClient(uow, await openTenant(uow), ['members:read', 'points:write']);
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
const members = (token: string): Promise<number> =>
  fetch(`${issuer}/api/v1/members`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);

describe('clients that know nothing but the standards (OAU-01)', () => {
  it.each([
    ['header', openid.ClientSecretBasic],
    ['body', openid.ClientSecretPost],
  ])('openid-client discovers, gets a token, introspects and revokes it, with its secret in the %s', async (_, authentication) => {
    const config = await openid.discovery(new URL(issuer), me.clientId, undefined, authentication(me.clientSecret), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests], // loopback has no TLS
    });
    const granted = await openid.clientCredentialsGrant(config, { scope: 'members:read' });
    expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 900, scope: 'members:read' });
    expect(await members(granted.access_token)).toBe(200);
    expect(await openid.tokenIntrospection(config, granted.access_token)).toMatchObject({ active: true, client_id: me.clientId });
    await openid.tokenRevocation(config, granted.access_token);
    await new Promise((resolve) => setTimeout(resolve, 950));
    expect(await openid.tokenIntrospection(config, granted.access_token)).toEqual({ active: false });
    expect(await members(granted.access_token)).toBe(401);
    await expect(openid.clientCredentialsGrant(config, { scope: 'everything' })).rejects.toMatchObject({
      error: 'invalid_scope',
      status: 400,
    });
  });

  it('openid-client is told of a wrong secret', async () => {
    const config = await openid.discovery(new URL(issuer), me.clientId, undefined, openid.ClientSecretBasic('tss_live_wrong'), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    });
    await expect(openid.clientCredentialsGrant(config)).rejects.toMatchObject({ cause: [{ scheme: 'basic' }] });
  });

  it.each([
    ['header', 'form'],
    ['body', 'form'],
    ['header', 'json'],
    ['body', 'json'],
  ] as const)('simple-oauth2 gets a token with its secret in the %s of a %s', async (authorizationMethod, bodyFormat) => {
    const client = new ClientCredentials({
      client: { id: me.clientId, secret: me.clientSecret },
      auth: { tokenHost: issuer, tokenPath: '/api/v1/oauth/token' },
      options: { authorizationMethod, bodyFormat },
    });
    const { token } = await client.getToken({ scope: 'members:read points:write' });
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'members:read points:write' });
    expect(await members(token.access_token as string)).toBe(200);
    const wrong = new ClientCredentials({
      client: { id: me.clientId, secret: 'tss_live_wrong' },
      auth: { tokenHost: issuer, tokenPath: '/api/v1/oauth/token' },
      options: { authorizationMethod, bodyFormat },
    });
    await expect(wrong.getToken({})).rejects.toMatchObject({ output: { statusCode: 401 }, data: { payload: { error: 'invalid_client' } } });
  });

  it('jose verifies a token from the published keys, without asking us about it', async () => {
    const metadata = (await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()) as {
      token_endpoint: string;
      jwks_uri: string;
    };
    const answer = await fetch(metadata.token_endpoint, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: me.clientId, client_secret: me.clientSecret }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    const { payload, protectedHeader } = await jwtVerify(access_token, keys, {
      issuer,
      audience: `${issuer}/api/v1`,
      typ: 'at+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'], // RFC 9068, 2.2
    });
    expect(payload).toMatchObject({ sub: me.clientId, client_id: me.clientId, scope: 'members:read points:write' });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
  });
});
