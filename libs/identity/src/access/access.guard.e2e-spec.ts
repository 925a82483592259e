import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Get, Module, Post, type DynamicModule } from '@nestjs/common';
import { newId, type RequestContext, type TenantContext } from '@tallystick/kernel';
import {
  ActorCtx,
  AUTHENTICATED,
  createHttpApp,
  Ctx,
  Endpoint,
  PlatformModule,
  ServiceUnavailable,
  SIGNED_IN,
  UnitOfWork,
  type Ground,
  type HttpApp,
} from '@tallystick/platform';
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT, type JWTPayload } from 'jose';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { testGround } from '../../../../test/support/http-app.js';
import { accessEntities, identityActs, openApiClient, openSession, openTenant } from '../../../../test/support/identity.js';
import type { Envelope } from '../../../../test/support/public-api.js';
import {
  AccessTokenSigner,
  AssignTenantRole,
  CreateUser,
  IdentityModule,
  OWN_CLIENT,
  RevokeApiClient,
  RotateSigningKey,
  VerificationKeys,
  type CreatedApiClient,
  type TenantRole,
} from '../index.js';

@Controller('api/v1/guarded')
class GuardedController {
  @Get('open')
  @Endpoint({ operationId: 'guarded_open', summary: 'Open', public: true })
  open() {
    return 'open';
  }

  @Get('me')
  @Endpoint({ operationId: 'guarded_me', summary: 'Me', permission: AUTHENTICATED })
  me(@ActorCtx() ctx: RequestContext) {
    return ctx;
  }

  @Get('set-up')
  @Endpoint({ operationId: 'guarded_set_up', summary: 'Set-up', permission: SIGNED_IN, beforeMfa: true })
  setUp(@ActorCtx() ctx: RequestContext) {
    return ctx;
  }

  @Post('points')
  @Endpoint({ operationId: 'guarded_points', summary: 'Points', permission: 'points:write' })
  points(@Ctx() ctx: TenantContext, @Body() body: object) {
    return { ctx, body };
  }

  @Get('webhooks')
  @Endpoint({ operationId: 'guarded_webhooks', summary: 'Webhooks', permission: 'webhooks:read' })
  webhooks(@Ctx() ctx: TenantContext) {
    return ctx;
  }

  @Get('programs')
  @Endpoint({ operationId: 'guarded_programs', summary: 'Programs', permission: 'programs:write' })
  programs(@Ctx() ctx: TenantContext) {
    return ctx;
  }
}

@Module({})
class GuardedModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: GuardedModule,
      imports: [PlatformModule.forRoot(ground, accessEntities), IdentityModule],
      controllers: [GuardedController],
    };
  }
}

/** What the probes tell: the context itself, or the context beside the body. */
type Told = Partial<TenantContext> & { readonly ctx?: TenantContext };

const ISSUER = 'https://api.bank.example';
const AUDIENCE = `${ISSUER}/api/v1`;
let database: TestDatabase;
/** Two processes, as far as what they remember goes. */
let apps: [HttpApp, HttpApp];
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let uow: UnitOfWork;
let ctx: TenantContext;
let client: CreatedApiClient;
let token: string;

const send = async (
  path: string,
  authorization?: string,
  { app = apps[0], body, headers }: { app?: HttpApp; body?: object; headers?: object } = {},
) => {
  const answer = await app.nest.inject({
    method: body ? 'POST' : 'GET',
    url: `/api/v1/guarded/${path}`,
    headers: { ...(authorization !== undefined && { authorization }), ...headers },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json<Envelope<Told>>(), challenge: answer.headers['www-authenticate'] };
};
const write = (bearer: string, given: { app?: HttpApp; body?: object; headers?: object } = {}) =>
  send('points', `Bearer ${bearer}`, { body: {}, ...given });
const tokenFor = (who: TenantContext, { clientId }: CreatedApiClient, scope: string[]): Promise<string> =>
  uow.run(who, (tx) => apps[0].nest.get(AccessTokenSigner).sign(tx, { subject: clientId, clientId, tenantId: who.tenantId, scope }));

beforeAll(async () => {
  database = await createTestDatabase();
  const start = (): Promise<HttpApp> => {
    const ground = testGround({ databaseUrl: database.appUrl, environment: { PUBLIC_URL: ISSUER } });
    return createHttpApp(GuardedModule.forRoot(ground), ground);
  };
  apps = [await start(), await start()];
  owner = await openUnitOfWork(database.ownerUrl);
  uow = apps[0].nest.get(UnitOfWork);
  ctx = await openTenant(uow);
  client = await openApiClient(uow, ctx, ['points:read', 'points:write', 'webhooks:write']);
  token = await tokenFor(ctx, client, ['points:read', 'points:write']);
});
afterAll(async () => {
  await Promise.all((apps ?? []).map((app) => app.nest.close()));
  await owner?.close();
  await database?.close();
});

describe('the guard', () => {
  it('makes the context of the credential, whatever else the request says (C10.4)', async () => {
    const foreign = newId();
    const { status, body } = await write(token, {
      body: { tenant_id: foreign },
      headers: { 'x-tenant-id': foreign, 'x-request-id': 'caller-0001' },
    });
    expect(status).toBe(200);
    expect(body.data.ctx).toEqual({
      tenantId: ctx.tenantId,
      actor: { type: 'client', id: client.id },
      requestId: 'caller-0001',
      clockOffsetMs: 0,
      origin: { address: '127.0.0.1', userAgent: 'lightMyRequest' },
    });
  });

  it('lets anybody through to a public route, with whatever credential', async () => {
    expect((await send('open')).status).toBe(200);
    expect((await send('open', 'Bearer nonsense')).status).toBe(200);
  });

  it.each([
    ['no credential', undefined, 'not_authenticated', 'Bearer'],
    ['another scheme', 'Basic dTpw', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['no token', 'Bearer ', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['no JWT', 'Bearer abc', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['three dots', 'Bearer ...', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['a header that is no JSON', 'Bearer YQ.YQ.YQ', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['a header that is a number', 'Bearer MQ.e30.YQ', 'authentication_failed', 'Bearer error="invalid_token"'],
    ['two tokens', 'Bearer a.b.c, Bearer a.b.c', 'authentication_failed', 'Bearer error="invalid_token"'],
  ])('refuses %s with 401 and a challenge (RFC 6750)', async (_, authorization, code, challenge) => {
    expect(await send('me', authorization)).toMatchObject({ status: 401, body: { success: false, code, data: null }, challenge });
  });

  it('takes a token from the Authorization header alone', async () => {
    const answer = await apps[0].nest.inject({ method: 'GET', url: `/api/v1/guarded/me?access_token=${token}` });
    expect(answer.statusCode).toBe(401);
  });

  it('names the permission that is missing (RFC 6750)', async () => {
    const narrow = await tokenFor(ctx, client, ['points:read']);
    expect(await write(narrow)).toMatchObject({
      status: 403,
      body: { code: 'permission_denied', errors: { permission: ['points:write'] } },
      challenge: 'Bearer error="insufficient_scope", scope="points:write"',
    });
    expect((await send('me', `Bearer ${narrow}`)).status).toBe(200);
  });

  it('keeps API clients from what is for people, whatever their scopes', async () => {
    const answer = await send('set-up', `Bearer ${token}`);
    expect([answer.status, answer.body.code, answer.challenge]).toEqual([403, 'permission_denied', undefined]);
  });

  it('lets who changes webhook endpoints see them', async () => {
    expect((await send('webhooks', `Bearer ${await tokenFor(ctx, client, ['webhooks:write'])}`)).status).toBe(200);
    expect((await send('webhooks', `Bearer ${token}`)).status).toBe(403);
  });

  it('stays a fault of ours, or of the database, when the keys cannot be read', async () => {
    const find = jest.spyOn(apps[1].nest.get(VerificationKeys), 'find');
    find.mockRejectedValueOnce(ServiceUnavailable.with({ retryAfter: 1 }));
    expect(await write(token, { app: apps[1] })).toMatchObject({ status: 503, body: { code: 'service_unavailable' } });
    find.mockRejectedValueOnce(new Error('a bug'));
    expect(await write(token, { app: apps[1] })).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    find.mockRestore();
  });
});

describe('a forged token is refused (OAU-03)', () => {
  const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const times = () => ({ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 900 });
  const claims = (): JWTPayload => ({ ...decodeJwt(token), ...times() });
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const kid = (): string => decodeProtectedHeader(token).kid as string;
  const sign = (payload: JWTPayload, header: object = {}, key: KeyObject = attacker.privateKey): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: kid(), ...header }).sign(key);
  /** Signed with the platform's own key: only what is wrong inside can refuse it. */
  const signedByUs = async (payload: JWTPayload, header: object = {}): Promise<string> => {
    await uow.run(ctx, (tx) => apps[0].nest.get(AccessTokenSigner).sign(tx, { subject: 'x', clientId: 'x', tenantId: null }));
    const { key } = (apps[0].nest.get(AccessTokenSigner) as unknown as { current: { key: KeyObject } }).current;
    return sign(payload, header, key);
  };
  const hmac = async (header: object, secret: string): Promise<string> => {
    const content = `${base64(header)}.${base64(claims())}`;
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  };
  const parts = (): [string, string, string] => token.split('.') as [string, string, string];
  const publicJwk = async () => (await apps[0].nest.get(VerificationKeys).published()).find((jwk) => jwk.kid === kid())!;

  it('accepts the same made right, so that the refusals below mean something', async () => {
    expect((await write(await signedByUs(claims()))).status).toBe(200);
    expect((await write(await signedByUs(claims(), { typ: 'application/at+jwt' }))).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['alg none', () => `${base64({ alg: 'none', typ: 'at+jwt', kid: kid() })}.${parts()[1]}.`],
    ['alg None with a signature', () => `${base64({ alg: 'None', typ: 'at+jwt', kid: kid() })}.${parts()[1]}.${parts()[2]}`],
    ['a stripped signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['no signature part', () => `${parts()[0]}.${parts()[1]}`],
    ['a changed tenant', () => `${parts()[0]}.${base64({ ...claims(), tid: newId() })}.${parts()[2]}`],
    ['a changed scope', () => `${parts()[0]}.${base64({ ...claims(), scope: 'points:write members:write' })}.${parts()[2]}`],
    ['the key of an attacker', () => sign(claims())],
    ['an attacker key in jwk', async () => sign(claims(), { jwk: await exportJWK(attacker.publicKey) })],
    ['an attacker key set in jku', () => sign(claims(), { jku: 'https://evil.example/jwks.json' })],
    ['an attacker kid', () => sign(claims(), { kid: randomUUID() })],
    ['a kid that walks the file system', () => sign(claims(), { kid: '../../../dev/null' })],
    ['a kid of SQL', () => sign(claims(), { kid: "' union select 'x' --" })],
    ['no kid', () => sign(claims(), { kid: undefined })],
    [
      'HS256 keyed with the JWKS text',
      async () => hmac({ alg: 'HS256', typ: 'at+jwt', kid: kid() }, JSON.stringify({ keys: [await publicJwk()] })),
    ],
    [
      'HS256 keyed with the public PEM',
      async () =>
        hmac(
          { alg: 'HS256', typ: 'at+jwt', kid: kid() },
          createPublicKey({ key: (await publicJwk()) as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string,
        ),
    ],
    ['typ JWT', () => signedByUs(claims(), { typ: 'JWT' })],
    ['no typ', () => signedByUs(claims(), { typ: undefined })],
    ['an ID token', () => signedByUs({ ...times(), iss: ISSUER, aud: client.clientId, sub: newId(), nonce: 'x' })],
    ['another audience', () => signedByUs({ ...claims(), aud: 'https://other.example' })],
    ['no audience', () => signedByUs({ ...claims(), aud: undefined })],
    ['another issuer', () => signedByUs({ ...claims(), iss: 'https://evil.example' })],
    ['an issuer with a slash more', () => signedByUs({ ...claims(), iss: `${ISSUER}/` })],
    ['another tenant than the client names', () => signedByUs({ ...claims(), tid: newId() })],
    ['a person that is nobody', () => signedByUs({ ...claims(), client_id: OWN_CLIENT, sub: newId(), sid: newId(), scope: undefined })],
    ['a client that is nobody', () => signedByUs({ ...claims(), sub: 'tsc_x', client_id: 'tsc_x' })],
    ['no expiry', () => signedByUs({ ...claims(), exp: undefined })],
    ['a host that is ten minutes fast (OAU-04)', () => signedByUs({ ...claims(), iat: times().iat + 600, exp: times().exp + 600 })],
    ['a time before it is valid', () => signedByUs({ ...claims(), nbf: times().iat + 600 })],
  ])('with %s', async (_, forge) => {
    expect(decodeJwt(token)).toMatchObject({ aud: AUDIENCE, iss: ISSUER });
    expect(await write(await forge())).toMatchObject({
      status: 401,
      body: { code: 'authentication_failed', data: null },
      challenge: 'Bearer error="invalid_token"',
    });
  });

  it('tells apart a token that has expired, and only when it was ours', async () => {
    const past = { iat: times().iat - 1_000, exp: times().iat - 1 };
    expect((await write(await signedByUs({ ...claims(), ...past }))).body.code).toBe('token_expired');
    expect((await write(await sign({ ...claims(), ...past }))).body.code).toBe('authentication_failed');
  });

  it('accepts a host that is 20 seconds fast (OAU-04)', async () => {
    expect((await write(await signedByUs({ ...claims(), iat: times().iat + 20 }))).status).toBe(200);
  });

  it('goes on accepting tokens of a retired key, and takes the new one at once (OAU-07)', async () => {
    const rotate = apps[0].nest.get(RotateSigningKey);
    const nobody = { tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001', clockOffsetMs: 0 } as const;
    await uow.platform(nobody, (tx) => rotate.execute(tx));
    const fresh = await tokenFor(ctx, client, ['points:write']);
    expect(decodeProtectedHeader(fresh).kid).not.toBe(kid());
    for (const app of apps) for (const bearer of [token, fresh]) expect((await write(bearer, { app })).status).toBe(200);
  });
});

describe('what is taken away is gone within a second, on every process (OAU-05)', () => {
  const everywhere = async (bearer: string) => Promise.all(apps.map(async (app) => (await write(bearer, { app })).status));
  const open = async (scopes = ['points:write']) => {
    const own = await openTenant(uow, { mode: 'sandbox' });
    const one = await openApiClient(uow, own, scopes);
    return { own, one, bearer: await tokenFor(own, one, scopes) };
  };

  it('a revoked client', async () => {
    const { own, one, bearer } = await open();
    expect(await everywhere(bearer)).toEqual([200, 200]);
    await uow.run(own, (tx) => new RevokeApiClient().execute(tx, { id: one.id }));
    await sleep(950);
    expect(await everywhere(bearer)).toEqual([401, 401]);
  });

  it('a suspended tenant', async () => {
    const { own, bearer } = await open();
    expect(await everywhere(bearer)).toEqual([200, 200]);
    await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [own.tenantId]);
    await sleep(950);
    expect(await everywhere(bearer)).toEqual([403, 403]);
    await owner.dataSource.query(`update tenant set status = 'active' where id = $1`, [own.tenantId]);
    await sleep(950);
    expect(await everywhere(bearer)).toEqual([200, 200]);
  });

  it('a scope of the client, also for tokens that carry it', async () => {
    const { own, bearer } = await open(['points:read', 'points:write']);
    expect(await everywhere(bearer)).toEqual([200, 200]);
    await owner.dataSource.query(`update api_client set scopes = '{points:read}' where tenant_id = $1`, [own.tenantId]);
    await sleep(950);
    expect(await everywhere(bearer)).toEqual([403, 403]);
  });

  it('and a moved clock is in every context', async () => {
    const { own, bearer } = await open();
    await write(bearer);
    await owner.dataSource.query('update tenant set clock_offset_ms = 86400000 where id = $1', [own.tenantId]);
    await sleep(950);
    expect((await write(bearer)).body.data.ctx?.clockOffsetMs).toBe(86_400_000);
  });
});

describe('people', () => {
  const acts = () => identityActs(uow);
  const nobody = { tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'test-0001', clockOffsetMs: 0 } as const;
  const tokenOf = async (id: string, tenantId: string | null, mfaPassed = true): Promise<string> => {
    const sessionId = await openSession(uow, id, tenantId, mfaPassed);
    const grant = { subject: id, clientId: OWN_CLIENT, tenantId, sessionId };
    return uow.run(ctx, (tx) => apps[0].nest.get(AccessTokenSigner).sign(tx, grant));
  };
  const person = async (role: TenantRole | undefined): Promise<{ id: string; bearer: string }> => {
    const email = `${randomUUID()}@bank.example`;
    const id = await uow.platform(nobody, (tx) =>
      new CreateUser(acts().passwords).execute(tx, { email, fullName: 'Asha', password: randomUUID() }),
    );
    if (role) await uow.run(ctx, (tx) => new AssignTenantRole().execute(tx, { userId: id, role }));
    return { id, bearer: await tokenOf(id, ctx.tenantId) };
  };

  it.each<[TenantRole, number, number]>([
    ['tenant_admin', 200, 200],
    ['manager', 200, 403],
    ['support', 403, 403],
    ['auditor', 403, 403],
    ['member', 403, 403],
  ])('have the permissions of their role: %s', async (role, points, programs) => {
    const { id, bearer } = await person(role);
    expect((await write(bearer)).status).toBe(points);
    expect((await send('programs', `Bearer ${bearer}`)).status).toBe(programs);
    expect((await send('me', `Bearer ${bearer}`)).body.data).toMatchObject({ tenantId: ctx.tenantId, actor: { type: 'user', id } });
  });

  it('lose them with their role, and everything when they are disabled or never belonged (AZN-09)', async () => {
    const { id, bearer } = await person('manager');
    expect((await write(bearer)).status).toBe(200);
    await uow.run(ctx, (tx) => new AssignTenantRole().execute(tx, { userId: id, role: 'auditor' }));
    await sleep(950);
    expect((await write(bearer)).status).toBe(403);
    await owner.dataSource.query(`update user_account set status = 'disabled' where id = $1`, [id]);
    await sleep(950);
    expect((await write(bearer)).status).toBe(401);
    expect((await write((await person(undefined)).bearer)).status).toBe(401);
  });

  it('of the platform are somebody, and have nothing in a tenant', async () => {
    const { id } = await person(undefined);
    await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
    const bearer = await tokenOf(id, null);
    expect((await send('me', `Bearer ${bearer}`)).body.data).toMatchObject({ tenantId: null, actor: { type: 'user', id } });
    expect((await write(bearer)).status).toBe(403);
    expect((await send('programs', `Bearer ${bearer}`)).status).toBe(403);
  });

  it('are nobody with the session of somebody else, or of another tenant', async () => {
    const [asha, ravi] = [await person('manager'), await person('manager')];
    const sign = (sessionId: string) =>
      uow.run(ctx, (tx) =>
        apps[0].nest.get(AccessTokenSigner).sign(tx, { subject: asha.id, clientId: OWN_CLIENT, tenantId: ctx.tenantId, sessionId }),
      );
    expect((await send('me', `Bearer ${await sign(await openSession(uow, asha.id, ctx.tenantId))}`)).status).toBe(200);
    expect((await send('me', `Bearer ${await sign(await openSession(uow, ravi.id, ctx.tenantId))}`)).status).toBe(401);
    expect((await send('me', `Bearer ${await sign(await openSession(uow, asha.id, null))}`)).status).toBe(401);
    const other = await openTenant(uow);
    expect((await send('me', `Bearer ${await sign(await openSession(uow, asha.id, other.tenantId))}`)).status).toBe(401);
  });

  it('are out within a second of the end of their session, on every process (AUT-08, AUT-09)', async () => {
    const everywhere = (bearer: string) => Promise.all(apps.map(async (app) => (await send('me', `Bearer ${bearer}`, { app })).status));
    const { id } = await person('manager');
    for (const end of [
      'revoked_at = now()',
      `expires_at = now(), created_at = now() - interval '1 day'`,
      `seen_at = now() - (idle_seconds + 1) * interval '1 second'`,
    ]) {
      const bearer = await tokenOf(id, ctx.tenantId);
      expect(await everywhere(bearer)).toEqual([200, 200]);
      await owner.dataSource.query(`update user_session set ${end} where user_id = $1 and revoked_at is null`, [id]);
      await sleep(950);
      expect(await everywhere(bearer)).toEqual([401, 401]);
    }
  });

  it('put off the end of an idle session by using it', async () => {
    const { id, bearer } = await person('manager');
    const read = async () =>
      (await owner.dataSource.query(`select seen_at > now() - interval '10 seconds' as seen from user_session where user_id = $1`, [
        id,
      ])) as [{ seen: boolean }];
    await owner.dataSource.query(`update user_session set seen_at = now() - interval '2 minutes' where user_id = $1`, [id]);
    expect(await read()).toEqual([{ seen: false }]);
    expect((await send('me', `Bearer ${bearer}`)).status).toBe(200);
    expect(await read()).toEqual([{ seen: true }]);
  });

  it('reach the set-up alone while their role needs a second factor that they have not proved (AUT-07)', async () => {
    const { id } = await person('manager');
    await owner.dataSource.query(`update tenant set mfa_required_roles = '{manager}' where id = $1`, [ctx.tenantId]);
    try {
      const [without, proved] = [await tokenOf(id, ctx.tenantId, false), await tokenOf(id, ctx.tenantId)];
      expect(await send('me', `Bearer ${without}`)).toMatchObject({ status: 403, body: { code: 'mfa_setup_required' } });
      expect(await write(without)).toMatchObject({ status: 403, body: { code: 'mfa_setup_required' } });
      expect((await send('set-up', `Bearer ${without}`)).status).toBe(200);
      expect((await send('me', `Bearer ${proved}`)).status).toBe(200);
      await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
      expect(await send('me', `Bearer ${await tokenOf(id, null, false)}`)).toMatchObject({
        status: 403,
        body: { code: 'mfa_setup_required' },
      });
    } finally {
      await owner.dataSource.query(`update tenant set mfa_required_roles = '{}' where id = $1`, [ctx.tenantId]);
    }
  });
});
