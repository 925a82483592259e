import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantContext } from '@tallystick/kernel';
import { CONFIG, UnitOfWork, type Config } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import type { TestApp } from '../../../../test/support/http-app.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';
import { WorkerQueues } from '../queues/worker-queues.js';

describe('the port of the worker', () => {
  let database: TestDatabase;
  let worker: TestApp;
  let token: string;
  let ctx: TenantContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    await emptyQueues(database);
    worker = await startTestWorker(database);
    token = worker.nest.get<Config>(CONFIG).opsToken;
    const app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    ctx = await openTenant(app.uow);
    await app.close();
  });
  afterAll(async () => {
    await worker?.close();
    await database?.close();
  });

  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const call = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'PUT' | 'POST' = 'GET') =>
    worker.nest.inject({ method, url, headers: { host: 'worker.test', ...headers } });

  describe('the queue board', () => {
    it.each([
      ['nothing', undefined],
      ['a wrong token', 'Bearer wrong'],
      ['a wrong password', basic('ops', 'wrong')],
      ['nonsense', 'Basic ???'],
    ])('asks who is there, given %s', async (_, authorization) => {
      for (const url of ['/ops/queues', '/ops/queues/', '/ops/queues/api/queues', '/ops/queues/static/favicon.ico']) {
        const answer = await call(url, authorization ? { authorization } : {});
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
      }
    });

    it('does not take the token of another user, or for another port of call', async () => {
      expect((await call('/ops/queues', { authorization: basic('root', token) })).statusCode).toBe(401);
    });

    it('shows its pages from the package alone: no other host is named that the policy would let in', async () => {
      const page = await call('/ops/queues', { authorization: basic('ops', token) });
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('<base href="/ops/queues/"');
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none'/);
      expect(page.headers['content-security-policy']).not.toMatch(/https?:|\*/);
      const scripts = [...page.body.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
      expect(scripts.length).toBeGreaterThan(2);
      for (const path of scripts) expect((await call(`/ops/queues/${path}`, { authorization: basic('ops', token) })).statusCode).toBe(200);
    });

    it('lists the queues and retries a failed job (OUT-03)', async () => {
      const authorization = `Bearer ${token}`;
      const listed = await call('/ops/queues/api/queues?activeQueue=jobs&status=failed&page=1&jobsPerPage=10', { authorization });
      expect(listed.json().queues.map(({ name }: { name: string }) => name)).toEqual(['jobs', 'webhooks', 'schedules']);
      const { jobs } = worker.nest.get(WorkerQueues, { strict: false });
      const job = await jobs.add('cancel-deliveries', { tenantId: ctx.tenantId, outboxId: 'no uuid', requestId: 'board-test' });
      while (!(await job.isFailed())) await new Promise((resolve) => setTimeout(resolve, 50));
      const retry = (headers: Record<string, string>) =>
        call(`/ops/queues/api/queues/jobs/${job.id}/retry`, { authorization, ...headers }, 'PUT');
      expect((await retry({ origin: 'https://evil.example' })).statusCode).toBe(403);
      expect((await retry({ origin: 'null' })).statusCode).toBe(403);
      expect((await retry({ origin: 'http://worker.test' })).statusCode).toBe(204);
    });
  });

  it('shows figures of queues, outbox and webhooks, without ids (OBS-04)', async () => {
    expect((await call('/metrics')).statusCode).toBe(401);
    await worker.nest.get(UnitOfWork).run(ctx, (tx) => tx.query(`insert into job_outbox (tenant_id, id, name, payload, request_id, relayed_at, failed_at)
      values ($1, gen_random_uuid(), 'x', '{}', 'x', now(), now())`, [ctx.tenantId])); // prettier-ignore
    const ran = /^job_runs_total\{job="wake-due-endpoints",outcome="done".*\} \d+$/m;
    const figures = async (): Promise<string> => (await call('/metrics', { authorization: `Bearer ${token}` })).body;
    // The first run of the schedule may still be to come.
    let body = await figures();
    for (; !ran.test(body); body = await figures()) await sleep(50);
    for (const line of [
      /^outbox_waiting\{kind="event".*\} 0$/m,
      /^outbox_lag_seconds\{kind="job".*\} 0$/m,
      /^jobs_parked\{.*\} 1$/m,
      /^webhook_deliveries_due\{.*\} 0$/m,
      /^webhook_delivery_lag_seconds\{.*\} 0$/m,
      /^queue_jobs\{queue="webhooks",state="waiting".*\} 0$/m,
      /^queue_oldest_seconds\{queue="jobs".*\} 0$/m,
    ])
      expect(body).toMatch(line);
    expect(body).not.toContain(ctx.tenantId);
  });
});
