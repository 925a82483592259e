import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { describeHealth } from '../../../../test/support/health-checks.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { AdminApiModule } from '../admin-api.module.js';

describe('health of the admin-api (OPS-01)', () => {
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

  describeHealth(() => app, ['database']);
});
