import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { describeHealth } from '../../../../test/support/health-checks.js';
import type { TestApp } from '../../../../test/support/http-app.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';

describe('health of the worker (OPS-01)', () => {
  let database: TestDatabase;
  let worker: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    await emptyQueues(database);
    worker = await startTestWorker(database);
  });
  afterAll(async () => {
    await worker?.close();
    await database?.close();
  });

  it('shows its figures to operators alone (AZN-06, OBS-04)', async () => {
    const figures = (authorization?: string) =>
      worker.nest.inject({ method: 'GET', url: '/metrics', headers: authorization === undefined ? {} : { authorization } });
    const nobody = await figures();
    expect([nobody.statusCode, nobody.json<{ code: string }>().code, nobody.headers['www-authenticate']]).toEqual([
      401,
      'ops_token_needed',
      'Bearer',
    ]);
    expect((await figures('Bearer wrong')).headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    const operator = await figures(`Bearer ${worker.ground.config.opsToken}`);
    expect([operator.statusCode, operator.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    for (const name of ['http_request_duration_seconds', 'database_connections_in_use', 'nodejs_eventloop_lag_seconds'])
      expect(operator.body).toContain(name);
  });

  describeHealth(() => worker, ['database', 'queues']);
});
