import { randomBytes } from 'node:crypto';
import { newId, requestContext, type DomainError, type TenantContext } from '@tallystick/kernel';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { accessEntities, identityActs, openApiClient, openTenant, systemContext } from '../../../test/support/identity.js';
import {
  AssignTenantRole,
  CreateApiClient,
  CreateUser,
  PLATFORM_PERMISSIONS,
  RevokeApiClient,
  SetPassword,
  VerificationKeys,
  type TenantRole,
} from './index.js';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: DomainError) => error.definition?.code ?? String(error),
  );
const nobody = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'test-0001' } as const);
const PASSWORD = 'correct horse battery staple';

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let acts: ReturnType<typeof identityActs>;
let one: TenantContext;
let two: TenantContext;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  acts = identityActs(app.uow);
  [one, two] = [await openTenant(app.uow), await openTenant(app.uow, { mode: 'sandbox' })];
});
afterAll(async () => {
  await app?.close();
  await owner?.close();
  await database?.close();
});

describe('API clients', () => {
  const token = (ctx: TenantContext, clientId: string, clientSecret: string, scope?: string[]) =>
    app.uow.run(ctx, (tx) => acts.issueClientToken.execute(tx, { clientId, clientSecret, scope }));

  it('get a token as RFC 9068 has it, which the published keys verify (OAU-09)', async () => {
    const { clientId, clientSecret } = await openApiClient(app.uow, one, ['points:read', 'points:write']);
    const issued = await token(one, clientId, clientSecret);
    expect(issued).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'points:read points:write' });
    const keys = createLocalJWKSet({ keys: [...(await new VerificationKeys(app.uow, acts.rotateSigningKey).published())] });
    const { payload, protectedHeader } = await jwtVerify(issued.access_token, keys, {
      ...acts.settings,
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });
    expect(protectedHeader.kid).toBeDefined();
    expect(payload).toMatchObject({ sub: clientId, client_id: clientId, tid: one.tenantId, scope: 'points:read points:write' });
    expect(payload.jti).toBeDefined();
    expect(payload.exp! - payload.iat!).toBe(900);
    expect(Math.abs(payload.iat! - Date.now() / 1000)).toBeLessThan(5);
  });

  it('get the scopes that they ask for, and none that they do not have (OAU-08)', async () => {
    const { clientId, clientSecret } = await openApiClient(app.uow, one, ['points:read', 'points:write']);
    expect((await token(one, clientId, clientSecret, ['points:read'])).scope).toBe('points:read');
    expect(await refusalOf(token(one, clientId, clientSecret, ['points:read', 'members:read']))).toBe('invalid_scope');
    expect(await refusalOf(token(one, clientId, clientSecret, ['everything']))).toBe('invalid_scope');
  });

  it('are refused alike whether the client or the secret is wrong (OAU-02)', async () => {
    const client = await openApiClient(app.uow, one, ['points:read']);
    const other = await openApiClient(app.uow, two, ['points:read']);
    expect(await refusalOf(token(one, client.clientId, other.clientSecret))).toBe('invalid_client');
    expect(await refusalOf(token(one, 'tsc_unknown', client.clientSecret))).toBe('invalid_client');
    expect(await refusalOf(token(one, other.clientId, other.clientSecret))).toBe('invalid_client'); // TEN-07: of another tenant
  });

  it('are told that their tenant is suspended only when they know the secret', async () => {
    const ctx = await openTenant(app.uow);
    const { clientId, clientSecret } = await openApiClient(app.uow, ctx, ['points:read']);
    await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [ctx.tenantId]);
    expect(await refusalOf(token(ctx, clientId, clientSecret))).toBe('unauthorized_client');
    expect(await refusalOf(token(ctx, clientId, 'tss_live_wrong'))).toBe('invalid_client');
  });

  it('end when they are revoked, once (OAU-05)', async () => {
    const { id, clientId, clientSecret } = await openApiClient(app.uow, one, ['points:read']);
    const revoke = (ctx: TenantContext) => app.uow.run(ctx, (tx) => new RevokeApiClient().execute(tx, { id }));
    expect(await refusalOf(revoke(two))).toBe('not_found');
    await token(one, clientId, clientSecret);
    await revoke(one);
    expect(await refusalOf(token(one, clientId, clientSecret))).toBe('invalid_client');
    expect(await refusalOf(revoke(one))).toBe('invalid_state');
    const [row] = await owner.dataSource.query('select status, revoked_at, last_used_at from api_client where id = $1', [id]);
    expect(row).toEqual({ status: 'revoked', revoked_at: expect.any(Date), last_used_at: expect.any(Date) });
  });

  it('leave no secret in the database (OAU-06)', async () => {
    const { id, clientSecret } = await openApiClient(app.uow, two, ['points:read']);
    const [{ text, secret_prefix }] = await owner.dataSource.query(
      'select api_client::text as text, secret_prefix from api_client where id = $1',
      [id],
    );
    expect(text).not.toContain(clientSecret);
    expect(clientSecret.startsWith(secret_prefix)).toBe(true);
    expect(secret_prefix).toMatch(/^tss_sandbox_/);
  });

  it('are not made without scopes, or with unknown ones', async () => {
    const create = (scopes: string[]) => app.uow.run(one, (tx) => new CreateApiClient().execute(tx, { name: 'x', scopes }));
    expect(await refusalOf(create([]))).toBe('validation_error');
    expect(await refusalOf(create(['points:read', 'programs:write']))).toBe('validation_error');
    expect(
      await refusalOf(
        app.uow.run(systemContext(newId()), (tx) => new CreateApiClient().execute(tx, { name: 'x', scopes: ['points:read'] })),
      ),
    ).toBe('not_found');
  });
});

describe('people', () => {
  const person = async (
    roles: [TenantContext, TenantRole][],
    given: { password?: string } = {},
  ): Promise<{ id: string; email: string }> => {
    const email = `${randomBytes(6).toString('hex')}@bank.example`;
    const id = await app.uow.platform(nobody, (tx) =>
      new CreateUser(acts.passwords).execute(tx, {
        email: email.toUpperCase(),
        fullName: 'Asha Rao',
        password: given.password ?? PASSWORD,
        emailVerified: true,
      }),
    );
    for (const [ctx, role] of roles) await app.uow.run(ctx, (tx) => new AssignTenantRole().execute(tx, { userId: id, role }));
    return { id, email };
  };
  const signIn = (username: string, password = PASSWORD, tenant?: string) =>
    acts.signIn.execute({ requestId: 'test-0001' }, { username, proof: { password }, tenant, kind: 'token' });
  const slugOf = async ({ tenantId }: TenantContext): Promise<string> =>
    (await owner.dataSource.query('select slug from tenant where id = $1', [tenantId]))[0].slug as string;

  it('sign in to the tenant they belong to, with what their role permits', async () => {
    const { id, email } = await person([[one, 'auditor']]);
    const { tokens, user } = await signIn(email.toUpperCase());
    const { accessToken, expiresIn } = tokens!;
    expect(expiresIn).toBe(900);
    expect(user).toMatchObject({ id, email, fullName: 'Asha Rao', role: 'auditor', tenant: { id: one.tenantId, slug: await slugOf(one) } });
    expect(user.permissions).toContain('points:read');
    expect(user.permissions).not.toContain('points:write');
    expect(Date.now() - user.lastLoginAt!.getTime()).toBeLessThan(5_000);
    expect(decodeJwt(accessToken)).toMatchObject({ sub: id, client_id: 'tallystick', tid: one.tenantId, ...{ iss: acts.settings.issuer } });
    expect(decodeJwt(accessToken)).not.toHaveProperty('scope');
  });

  it('choose among several tenants by slug, and get the first otherwise', async () => {
    const { email } = await person([
      [two, 'manager'],
      [one, 'auditor'],
    ]);
    expect((await signIn(email)).user.tenant?.id).toBe(two.tenantId);
    expect((await signIn(email, PASSWORD, await slugOf(one))).user).toMatchObject({ role: 'auditor', tenant: { id: one.tenantId } });
  });

  it('sign in to the platform when they have a role there', async () => {
    const { id, email } = await person([[one, 'auditor']]);
    await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
    const { tokens, user } = await signIn(email);
    expect(user).toMatchObject({ role: 'super_admin', tenant: null, permissions: PLATFORM_PERMISSIONS });
    expect(decodeJwt(tokens!.accessToken).tid).toBeNull();
    expect((await signIn(email, PASSWORD, await slugOf(one))).user.tenant?.id).toBe(one.tenantId);
  });

  it('are refused alike, whatever is wrong (AUT-03)', async () => {
    const suspended = await openTenant(app.uow);
    const [known, disabled, stranger, parked] = [
      await person([[one, 'manager']]),
      await person([[one, 'manager']]),
      await person([]),
      await person([[suspended, 'manager']]),
    ];
    await owner.dataSource.query(`update user_account set status = 'disabled' where id = $1`, [disabled.id]);
    await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [suspended.tenantId]);
    const refusals = [
      signIn('nobody@bank.example'),
      signIn(known.email, `${PASSWORD} `),
      signIn(known.email, PASSWORD.toUpperCase()),
      signIn(known.email, PASSWORD, await slugOf(two)),
      signIn(known.email, PASSWORD, 'no-such-tenant'),
      signIn(disabled.email),
      signIn(stranger.email),
      signIn(parked.email),
    ];
    const answers = await Promise.all(
      refusals.map((refusal) => refusal.catch((error: DomainError) => [error.definition.code, error.message, error.details])),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual(['authentication_failed', expect.any(String), {}]);
  });

  it('are checked with the same work when they are unknown (AUT-03)', async () => {
    const { email } = await person([[one, 'manager']]);
    const milliseconds = async (username: string): Promise<number> => {
      const since = performance.now();
      await signIn(username, 'wrong').catch(() => undefined);
      return performance.now() - since;
    };
    const samples: [number, number][] = [];
    for (let round = 0; round < 15; round++) samples.push([await milliseconds(email), await milliseconds('nobody@bank.example')]);
    const median = (index: 0 | 1): number => samples.map((pair) => pair[index]).sort((a, b) => a - b)[7] as number;
    expect(median(0) / median(1)).toBeGreaterThan(0.6);
    expect(median(0) / median(1)).toBeLessThan(1.6);
  });

  it('have passwords of any characters, kept by argon2id (AUT-01, AUT-02)', async () => {
    const password = ' पासवर्ड 🗝️ "\' \\ ';
    const { id, email } = await person([[one, 'manager']], { password });
    await signIn(email, password);
    expect(await refusalOf(signIn(email, password.trim()))).toBe('authentication_failed');
    const [{ password_hash: hash }] = await owner.dataSource.query('select password_hash from user_account where id = $1', [id]);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await app.uow.platform(nobody, (tx) => new SetPassword(acts.passwords).execute(tx, { userId: id, password: PASSWORD }));
    expect(await refusalOf(signIn(email, password))).toBe('authentication_failed');
    await signIn(email);
    expect(
      await refusalOf(app.uow.platform(nobody, (tx) => new SetPassword(acts.passwords).execute(tx, { userId: newId(), password }))),
    ).toBe('not_found');
  });

  it('hold no connection while their password is checked', async () => {
    const { email } = await person([[one, 'manager']]);
    const slow = jest.spyOn(acts.passwords, 'verify').mockImplementationOnce(async () => {
      const [{ busy }] = await owner.dataSource.query(
        `select count(*)::int as busy from pg_stat_activity where datname = current_database() and usename = 'tallystick_app' and state <> 'idle'`,
      );
      expect(busy).toBe(0);
      return false;
    });
    expect(await refusalOf(signIn(email))).toBe('authentication_failed');
    expect(slow).toHaveBeenCalledTimes(1);
    slow.mockRestore();
  });

  it('have one account for an address, and one role in a tenant', async () => {
    const { id, email } = await person([
      [one, 'manager'],
      [one, 'support'],
    ]);
    const again = app.uow.platform(nobody, (tx) =>
      new CreateUser(acts.passwords).execute(tx, { email, fullName: 'x', password: PASSWORD }),
    );
    expect(await refusalOf(again)).toBe('duplicate');
    expect(await owner.dataSource.query('select role from tenant_user where user_id = $1', [id])).toEqual([{ role: 'support' }]);
  });

  it('see their own memberships before a tenant is chosen, and only that tenant after (TEN-03)', async () => {
    const { id } = await person([
      [one, 'manager'],
      [two, 'manager'],
    ]);
    await person([[one, 'support']]);
    const counting = 'select count(*)::int as count from tenant_user';
    const as = (tenantId: string | null, userId: string) =>
      ({ tenantId, actor: { type: 'user', id: userId }, requestId: 'test-0001' }) as const;
    const before = (userId: string) =>
      app.uow.platform(requestContext({ ...as(null, userId), tenantId: null }), (tx) => tx.query(counting));
    expect(await before(id)).toEqual([{ count: 2 }]);
    expect(await before(newId())).toEqual([{ count: 0 }]);
    expect(await app.uow.platform(nobody, (tx) => tx.query(counting))).toEqual([{ count: 0 }]);
    const ofTwo = await app.uow.read(requestContext({ ...as(two.tenantId, id), tenantId: two.tenantId }), (tx) =>
      tx.query('select distinct tenant_id from tenant_user'),
    );
    expect(ofTwo).toEqual([{ tenant_id: two.tenantId }]);
  });
});

describe('signing keys (OAU-07)', () => {
  const { tenantId: _, ...system } = nobody;
  const rotate = () => app.uow.platform({ ...system, tenantId: null }, (tx) => acts.rotateSigningKey.execute(tx));
  const sign = () => app.uow.run(one, (tx) => acts.signer.sign(tx, { subject: newId(), clientId: 'tallystick', tenantId: one.tenantId }));
  const kidOf = (token: string): string => decodeProtectedHeader(token).kid as string;

  it('are made once, whoever comes first', async () => {
    const fresh = await createTestDatabase();
    const apps = await Promise.all([1, 2, 3].map(() => openUnitOfWork(fresh.appUrl, { entities: accessEntities })));
    const master = randomBytes(32);
    const found = await Promise.all(
      apps.map(({ uow }) => new VerificationKeys(uow, identityActs(uow, master).rotateSigningKey).published()),
    );
    expect(found[0]).toHaveLength(2);
    expect(new Set(found.map((keys) => JSON.stringify(keys))).size).toBe(1);
    await Promise.all(apps.map((each) => each.close()));
    await fresh.close();
  });

  it('are announced before they sign, and verify after they are retired', async () => {
    const before = await sign();
    const announced = await new VerificationKeys(app.uow, acts.rotateSigningKey).published();
    await rotate();
    const after = await sign();
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect(announced.map(({ kid }) => kid)).toEqual(expect.arrayContaining([kidOf(before), kidOf(after)]));
    const keys = new VerificationKeys(app.uow, acts.rotateSigningKey);
    expect(await keys.find(kidOf(before))).toBeDefined();
    expect(await keys.published()).toHaveLength(announced.length + 1);
    await owner.dataSource.query(`update signing_key set retired_at = now() - interval '8 days 1 minute' where status = 'previous'`);
    await rotate();
    const left = (await new VerificationKeys(app.uow, acts.rotateSigningKey).published()).map(({ kid }) => kid);
    expect(left).not.toContain(kidOf(before));
    expect(left).toContain(kidOf(after));
  });

  it('learns a key that another process put to work, but not for every forged id', async () => {
    const keys = new VerificationKeys(app.uow, acts.rotateSigningKey);
    await keys.published();
    const asked = jest.spyOn(app.uow, 'platform');
    await Promise.all(Array.from({ length: 100 }, () => keys.find(newId())));
    expect(asked.mock.calls.length).toBeLessThanOrEqual(1);
    asked.mockRestore();
  });

  it('keep their private half to the database, sealed', async () => {
    const rows: { private_key: string; public_jwk: Record<string, string> }[] = await owner.dataSource.query(
      'select private_key, public_jwk from signing_key',
    );
    for (const { private_key, public_jwk } of rows) {
      expect(private_key).toMatch(/^v1\./);
      expect(Object.keys(public_jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
    const worker = await openUnitOfWork(database.workerUrl);
    await expect(worker.dataSource.query('select private_key from signing_key')).rejects.toThrow('permission denied');
    await worker.close();
    const stranger = identityActs(app.uow);
    await expect(app.uow.run(one, (tx) => stranger.signer.sign(tx, { subject: 'x', clientId: 'x', tenantId: null }))).rejects.toThrow(
      'not in the keyring',
    );
  });
});
