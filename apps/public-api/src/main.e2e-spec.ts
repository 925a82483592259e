import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { spawnApp, untilReady, type AppProcess } from '../../../test/support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';

const OPS_TOKEN = 'ops-token-of-the-test';
let database: TestDatabase;
const running: AppProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  running.forEach(({ child }) => child.kill('SIGKILL'));
  await Promise.all(running.map(({ gone }) => gone));
  await database.close();
});

const start = async (port?: number): Promise<AppProcess> => {
  const app = await spawnApp('public-api', { DATABASE_URL: database.appUrl, OPS_TOKEN }, port);
  running.push(app);
  return app;
};
const status = (url: string, headers?: Record<string, string>): Promise<number> => fetch(url, { headers }).then((answer) => answer.status);

describe('the process', () => {
  let app: AppProcess;
  beforeAll(async () => {
    app = await start();
    await untilReady(app);
  });

  it('writes exactly one line for each request (OBS-02)', async () => {
    const seen = () =>
      app.log.filter(({ message, request_id }) => message === 'request' && String(request_id).startsWith('counted-')).length;
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        status(`${app.url}${n % 2 ? '/nowhere' : '/api/v1/health'}`, { 'x-request-id': `counted-${n}` }),
      ),
    );
    for (let tries = 0; tries < 50 && seen() < 50; tries++) await sleep(50);
    await sleep(200);
    expect(seen()).toBe(50);
  });

  it('shows its figures to operators, apart from the public port (AZN-06, OBS-04)', async () => {
    const figures = `http://127.0.0.1:${app.port + 1_000}/metrics`;
    expect(await status(`${app.url}/metrics`)).toBe(404);
    expect(await status(figures)).toBe(401);
    expect(await status(figures, { authorization: 'Bearer wrong' })).toBe(401);
    const text = await (await fetch(figures, { headers: { authorization: `Bearer ${OPS_TOKEN}` } })).text();
    for (const name of [
      'http_request_duration_seconds_bucket',
      'database_connections_in_use',
      'database_connections_waiting',
      'nodejs_eventloop_lag_seconds',
    ])
      expect(text).toContain(name);
  });

  it('outlives its database connections (OPS-07)', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await owner.end();
    await untilReady(app);
    expect(await status(`${app.url}/api/v1/health`)).toBe(200);
  });

  it('drains on SIGTERM: not ready first, what is in flight ends, exit with 0 (OPS-01)', async () => {
    const inFlight = new Promise<number>((resolve, reject) => {
      const slow = request(`${app.url}/api/v1/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '2' },
      });
      slow.on('response', (answer) => resolve(answer.resume().statusCode!)).on('error', reject);
      slow.write('{');
      setTimeout(() => slow.end('}'), 2_500);
    });
    await sleep(200);
    app.child.kill('SIGTERM');
    await sleep(200);
    expect(await status(`${app.url}/api/v1/health/ready`)).toBe(503);
    expect(await inFlight).toBe(400);
    expect(await app.gone).toBe(0);
    await expect(fetch(app.url)).rejects.toThrow();
    expect(app.log.at(-1)).toMatchObject({ message: 'stopped' });
  });

  it('goes when the process that started it is gone', async () => {
    const orphan = await start();
    await untilReady(orphan);
    orphan.child.disconnect();
    expect(await orphan.gone).toBe(0);
  });

  it('says in a sentence that its port is taken, and ends with 1', async () => {
    const first = await start();
    await untilReady(first);
    const second = await start(first.port);
    expect(await second.gone).toBe(1);
    expect(second.log.find((line) => line.level === 'fatal')).toMatchObject({
      level: 'fatal',
      message: `public-api cannot start: port ${first.port} of 127.0.0.1 is taken`,
    });
  });

  it('says in a sentence that the database refuses, and ends with 1', async () => {
    const refused = await spawnApp('public-api', { DATABASE_URL: database.ownerUrl, OPS_TOKEN });
    running.push(refused);
    expect(await refused.gone).toBe(1);
    expect(refused.log.find((line) => line.level === 'fatal')?.message).toMatch(/superuser, which row-level security does not bind/);
  });
});
