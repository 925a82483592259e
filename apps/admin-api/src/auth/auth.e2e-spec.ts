import type { SignedInDto } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import type { Envelope } from '../../../../test/support/public-api.js';
import { AdminApiModule } from '../admin-api.module.js';

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => AdminApiModule.forRoot(ground), { app: 'admin-api', databaseUrl: database.appUrl });
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

const get = async (url: string, token?: string) => {
  const answer = await app.nest.inject({ method: 'GET', url, headers: token ? { authorization: `Bearer ${token}` } : {} });
  return { status: answer.statusCode, body: answer.json<Envelope<SignedInDto>>() };
};
const signIn = async (username: string, password: string) => {
  const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username, password } });
  return { status: answer.statusCode, body: answer.json<Envelope<SignedInDto>>() };
};

describe('signing in to the admin API', () => {
  it('opens programs to a tenant admin', async () => {
    const uow = app.nest.get(UnitOfWork);
    const { email, password } = await openPerson(uow, await openTenant(uow), 'tenant_admin');
    const { body } = await signIn(email, password);
    const token = body.data.access_token;
    expect(body.data.user).toMatchObject({ role: 'tenant_admin', permissions: expect.arrayContaining(['programs:write', 'points:write']) });
    expect(await get('/api/v1/auth/me', token)).toMatchObject({ status: 200, body: { data: body.data.user } });
    expect(await get('/api/v1/rewards/programs', token)).toMatchObject({ status: 200, body: { data: [] } });
  });

  it('opens nothing to a member, and nothing to nobody', async () => {
    const uow = app.nest.get(UnitOfWork);
    const { email, password } = await openPerson(uow, await openTenant(uow), 'member');
    const { body } = await signIn(email, password);
    expect(await get('/api/v1/rewards/programs', body.data.access_token)).toMatchObject({
      status: 403,
      body: { code: 'permission_denied' },
    });
    expect(await get('/api/v1/rewards/programs')).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
    expect(await signIn(email, 'wrong')).toMatchObject({ status: 401, body: { code: 'authentication_failed' } });
  });
});
