import type { SignedInDto } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { describeHostileInput } from '../../../test/support/hostile-input.js';
import { startTestApp, type TestApp } from '../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../test/support/identity.js';
import type { Envelope } from '../../../test/support/public-api.js';
import { AdminApiModule } from './admin-api.module.js';

describe('hostile input to the admin API', () => {
  let database: TestDatabase;
  let app: TestApp;
  let authorization: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTestApp((ground) => AdminApiModule.forRoot(ground), {
      app: 'admin-api',
      databaseUrl: database.appUrl,
      environment: { LOG_LEVEL: 'error' },
    });
    const uow = app.nest.get(UnitOfWork, { strict: false });
    const { email, password } = await openPerson(uow, await openTenant(uow), 'tenant_admin');
    const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username: email, password } });
    authorization = `Bearer ${answer.json<Envelope<SignedInDto>>().data.access_token}`;
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  describeHostileInput('admin-api', () => ({ app, headers: { authorization } }));
});
