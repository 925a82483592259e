import type { TenantContext } from '@tallystick/kernel';
import { permissionsOfRole, type SignedInDto } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import type { Envelope } from '../../../../test/support/public-api.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { PublicApiModule } from '../public-api.module.js';

let database: TestDatabase;
let app: TestApp;
let ctx: TenantContext;
let asha: Awaited<ReturnType<typeof openPerson>>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
  const uow = app.nest.get(UnitOfWork);
  ctx = await openTenant(uow, { slug: 'bank' });
  asha = await openPerson(uow, ctx, 'support');
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

const signIn = async (payload: unknown) => {
  const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: payload as object });
  return { status: answer.statusCode, body: answer.json<Envelope<SignedInDto>>(), headers: answer.headers };
};
const me = async (authorization?: string) => {
  const answer = await app.nest.inject({ method: 'GET', url: '/api/v1/auth/me', headers: authorization ? { authorization } : {} });
  return { status: answer.statusCode, body: answer.json<Envelope<SignedInDto>>() };
};
const right = () => ({ username: asha.email, password: asha.password });

describe('POST /api/v1/auth/token', () => {
  it('signs a person in (A.1.4)', async () => {
    const { status, body, headers } = await signIn(right());
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.data).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 900,
      user: {
        id: asha.id,
        email: asha.email,
        email_verified: true,
        full_name: 'Asha Rao',
        phone_number: null,
        timezone: null,
        locale: null,
        avatar: null,
        role: 'support',
        permissions: [...permissionsOfRole('support')],
        tenant: { id: ctx.tenantId, slug: 'bank', name: 'Test Bank' },
        mfa_enabled: false,
        last_login_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      },
    });
    expect((await signIn({ ...right(), username: asha.email.toUpperCase(), tenant: 'bank' })).status).toBe(200);
  });

  it('refuses everything wrong alike (AUT-03)', async () => {
    const refusals = await Promise.all([
      signIn({ ...right(), password: 'wrong' }),
      signIn({ ...right(), username: 'nobody@bank.example' }),
      signIn({ ...right(), username: "' or 1=1 --" }),
      signIn({ ...right(), tenant: 'no-such-bank' }),
    ]);
    for (const { status, body, headers } of refusals) {
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(body).toMatchObject({ code: 'authentication_failed', message: 'The credential is not accepted', errors: {}, data: null });
    }
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => ({}), 'username'],
    ['no password', () => ({ username: asha.email }), 'password'],
    ['a password that is no text', () => ({ ...right(), password: 12345678 }), 'password'],
    ['a password of 129 characters, rather than cutting it', () => ({ ...right(), password: 'x'.repeat(129) }), 'password'],
    ['a username of 255 characters', () => ({ ...right(), username: 'x'.repeat(255) }), 'username'],
    ['a code that is none', () => ({ ...right(), mfa_code: '12' }), 'mfa_code'],
    ['a tenant id', () => ({ ...right(), tenant_id: ctx.tenantId }), 'tenant_id'],
    ['a malformed slug', () => ({ ...right(), tenant: '../x' }), 'tenant'],
  ])('refuses %s as a mistake of form, without echoing it (ERR-02)', async (_, payload, field) => {
    const { status, body } = await signIn(payload());
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(Object.keys(body.errors)).toContain(field);
    expect(JSON.stringify(body)).not.toContain(asha.password);
  });

  it('keeps the password and the address out of its log (OBS-03)', async () => {
    await signIn(right());
    expect(JSON.stringify(app.ground.log)).not.toContain(asha.password);
    expect(JSON.stringify(app.ground.log)).not.toContain(asha.email);
  });
});

describe('GET /api/v1/auth/me', () => {
  it('answers what the sign-in answered', async () => {
    const { body } = await signIn(right());
    expect(await me(`Bearer ${body.data.access_token}`)).toMatchObject({ status: 200, body: { data: body.data.user } });
  });

  it('is for people, and for those who signed in', async () => {
    const { headers } = await openIntegrator(app);
    expect(await me(headers.authorization)).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    expect(await me()).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
  });
});
