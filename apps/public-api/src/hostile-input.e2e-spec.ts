import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { describeHostileInput } from '../../../test/support/hostile-input.js';
import { startTestApp, type TestApp } from '../../../test/support/http-app.js';
import { openIntegrator, type Integrator } from '../../../test/support/integrator.js';
import { PublicApiModule } from './public-api.module.js';

describe('hostile input to the public API', () => {
  let database: TestDatabase;
  let app: TestApp;
  let me: Integrator;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTestApp((ground) => PublicApiModule.forRoot(ground), {
      databaseUrl: database.appUrl,
      environment: { LOG_LEVEL: 'error' },
    });
    me = await openIntegrator(app);
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  describeHostileInput('public-api', () => ({ app, headers: { ...me.headers } }));
});
