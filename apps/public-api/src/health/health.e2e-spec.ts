import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { describeHealth } from '../../../../test/support/health-checks.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { PublicApiModule } from '../public-api.module.js';

describe('health of the public-api (OPS-01)', () => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { app: 'public-api', databaseUrl: database.appUrl });
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  describeHealth(() => app, ['database']);
});
