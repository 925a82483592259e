import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { PublicApiModule } from '../public-api.module.js';

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const get = async (path: string) => {
  const answer = await app.nest.inject({ method: 'GET', url: `/api/v1/health${path}` });
  return { status: answer.statusCode, body: answer.json<{ data: object; errors: object }>(), headers: answer.headers };
};

describe('health (OPS-01)', () => {
  it('lives without asking anything', async () => {
    expect(await get('')).toMatchObject({ status: 200, body: { data: { status: 'ok' } } });
  });

  it('is ready when the database answers', async () => {
    expect(await get('/ready')).toMatchObject({ status: 200, body: { data: { status: 'ready', checked: ['database'] } } });
  });

  it('says what is running', async () => {
    expect(await get('/version')).toMatchObject({
      status: 200,
      body: { data: { version: expect.stringMatching(/^\d+\.\d+\.\d+/), schema_version: expect.stringMatching(/^\d{13}-/) } },
    });
  });

  it('names the part that fails within two seconds, and lives on', async () => {
    app.ground.readiness.watch('queue', () => new Promise(() => undefined));
    const started = Date.now();
    const { status, body, headers } = await get('/ready');
    expect([status, body.errors, headers['retry-after']]).toEqual([503, { queue: ['does not answer'] }, '1']);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect((await get('')).status).toBe(200);
    app.ground.readiness.watch('queue', () => Promise.resolve());
    expect((await get('/ready')).status).toBe(200);
  });

  it('is not ready once it is about to stop', async () => {
    app.ground.readiness.drain();
    expect(await get('/ready')).toMatchObject({ status: 503, body: { errors: { process: ['is stopping'] } } });
    expect((await get('')).status).toBe(200);
  });
});
