import { openAccessMatrix } from '../../../test/support/access-callers.js';
import { describeAccessMatrix, type Matrix } from '../../../test/support/access-matrix.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../test/support/http-app.js';
import { PublicApiModule } from './public-api.module.js';

describe('who may call what of the public API', () => {
  let database: TestDatabase;
  let app: TestApp;
  let matrix: Matrix;
  beforeAll(async () => {
    database = await createTestDatabase();
    const environment = { LOG_LEVEL: 'error' };
    app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { app: 'public-api', databaseUrl: database.appUrl, environment });
    matrix = await openAccessMatrix(database, app);
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  describeAccessMatrix('public-api', () => matrix);
});
