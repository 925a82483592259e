import type { TenantContext } from '@tallystick/kernel';
import { CreateWebhookEndpoint, RemoveWebhookEndpoint, SaveCallback } from '@tallystick/messaging';
import { CONFIG, defineEvent, Keyring, Metrics, type Config, type UnitOfWork } from '@tallystick/platform';
import { Webhook } from 'standardwebhooks';
import type { DataSource } from 'typeorm';
import { verifyReworth } from '../../../../clients/webhooks/verify.mjs';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import type { TestApp } from '../../../../test/support/http-app.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { Receiver, until, type ReceivedCall } from '../../../../test/support/receiver.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';
import { WorkerQueues } from '../queues/worker-queues.js';

const Poured = defineEvent<{ cup: number }>({ name: 'tea.poured', summary: 'Tea was poured', schema: { type: 'object' } });
const idOf = ({ headers }: ReceivedCall) => headers['webhook-id'] as string;

describe(`webhooks with queues on ${process.env.REDIS_URL ? 'Redis' : 'PostgreSQL'}`, () => {
  let database: TestDatabase;
  let app: { uow: UnitOfWork; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let worker: TestApp;
  let ctx: TenantContext;
  let keyring: Keyring;
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    owner = await openUnitOfWork(database.ownerUrl);
    await emptyQueues(database);
    worker = await startTestWorker(database);
    keyring = new Keyring([worker.nest.get<Config>(CONFIG).key]);
  });
  beforeEach(async () => {
    ctx = await openTenant(app.uow, { mode: 'sandbox' });
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  });
  afterAll(async () => {
    for (const each of [worker, app, owner, database]) await each?.close();
  });

  const receiver = async () => {
    const opened = await new Receiver().open();
    receivers.push(opened);
    return opened;
  };
  const register = (url: string, tenant = ctx) =>
    app.uow.run(tenant, (tx) =>
      new CreateWebhookEndpoint(keyring).execute(tx, { url, eventTypes: ['tea.poured', 'webhook_endpoint.disabled'] }),
    );
  const pour = (cups: number, tenant = ctx) =>
    app.uow.run(tenant, async (tx) => {
      for (let cup = 1; cup <= cups; cup++) tx.emit(Poured, { cup });
    });
  const rows = (columns = 'status, attempts, last_status, last_error') =>
    owner.dataSource.query(`select ${columns} from webhook_delivery where tenant_id = $1 order by id`, [ctx.tenantId]);
  const makeDue = () =>
    owner.dataSource.query('update webhook_delivery set next_attempt_at = now() where tenant_id = $1 and next_attempt_at is not null', [
      ctx.tenantId,
    ]);
  const delivered = (count: number) =>
    until(async () => (await rows()).filter(({ status }: { status: string }) => status === 'delivered').length === count, 60_000);

  it('are delivered once each, signed so that an independent library verifies them (WHK-01)', async () => {
    const there = await receiver();
    const { secret } = await register(there.url);
    await pour(3);
    await delivered(3);
    expect(there.calls).toHaveLength(3);
    const events = await owner.dataSource.query('select id from event where tenant_id = $1 order by id', [ctx.tenantId]);
    expect(there.calls.map(idOf).sort()).toEqual(events.map(({ id }: { id: string }) => id));
    for (const { headers, body } of there.calls) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'tea.poured',
        data: { cup: expect.any(Number) },
      });
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'Tallystick-Webhooks/1.0',
        'x-request-id': ctx.requestId,
      });
    }
  });

  it('are tried again under the same id, each time with its own timestamp and signature (WHK-02)', async () => {
    const there = await receiver();
    const { secret } = await register(there.url);
    there.answer = (response) => {
      if (there.calls.length === 1) response.writeHead(500).end('not yet');
      else if (there.calls.length === 2) response.destroy();
      else response.writeHead(204).end();
    };
    await pour(1);
    for (const attempts of [1, 2]) {
      await until(async () => (await rows())[0]?.attempts === attempts);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await makeDue();
    }
    await delivered(1);
    expect(new Set(there.calls.map(idOf)).size).toBe(1);
    expect(new Set(there.calls.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
    for (const { headers, body, at } of there.calls) {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(Math.abs(Number(headers['webhook-timestamp']) - at.getTime() / 1_000)).toBeLessThan(2);
    }
    const tries = await owner.dataSource.query(
      'select number, response_status, response_text, error from webhook_attempt where tenant_id = $1 order by number',
      [ctx.tenantId],
    );
    expect(tries).toEqual([
      { number: 1, response_status: 500, response_text: 'not yet', error: null },
      { number: 2, response_status: null, response_text: null, error: 'The connection broke off.' },
      { number: 3, response_status: 204, response_text: '', error: null },
    ]);
  });

  it('wait as long as the receiver asks, and do not follow where it points (WHK-04, SSRF-04)', async () => {
    const [busy, elsewhere, target] = [await receiver(), await receiver(), await receiver()];
    busy.answer = (response) => void response.writeHead(503, { 'retry-after': '7' }).end();
    elsewhere.answer = (response) => void response.writeHead(302, { location: target.url }).end();
    await register(busy.url);
    await register(elsewhere.url);
    await pour(1);
    await until(async () => (await rows()).filter(({ attempts }: { attempts: number }) => attempts === 1).length === 2);
    const found = await rows(`last_status, last_error, extract(epoch from next_attempt_at - now())::float as wait`);
    expect(found.find((row: { last_status: number }) => row.last_status === 503).wait).toBeGreaterThan(5.4);
    expect(found.find((row: { last_status: number }) => row.last_status === 302).last_error).toMatch(/redirects are not followed/);
    expect(target.calls).toHaveLength(0);
  });

  it('are never made to an address of our own networks, though it stands in the table (SSRF-01)', async () => {
    const canary = await receiver();
    const { id } = await register(canary.url);
    const refused = [];
    for (const [index, url] of [
      'https://169.254.169.254/latest',
      'http://10.0.0.1/',
      `https://[::ffff:127.0.0.1]:${new URL(canary.url).port}/`,
    ].entries()) {
      await owner.dataSource.query('update webhook_endpoint set url = $2 where id = $1', [id, url]);
      await pour(1);
      await until(async () => (await rows())[index]?.attempts > 0);
      refused.push((await rows())[index].last_error);
    }
    expect(refused).toEqual([
      expect.stringMatching(/not public/),
      expect.stringMatching(/https/),
      expect.stringMatching(/port|not public/),
    ]);
    ctx = await openTenant(app.uow); // a live one, whatever sandboxes may
    await register(canary.url);
    await pour(1);
    await until(async () => (await rows())[0]?.attempts > 0);
    expect((await rows())[0].last_error).toMatch(/sandbox tenants only/);
    expect(canary.calls).toHaveLength(0);
  });

  it('for the REWORTH system are the data alone, under its headers too, a megabyte of them as well', async () => {
    const there = await receiver();
    const { secret } = await app.uow.run(ctx, (tx) =>
      new SaveCallback(keyring).execute(tx, { purpose: 'tea', kind: 'reworth', url: there.url, eventType: 'tea.poured' }),
    );
    const data = { cup: 1, lines: Array.from({ length: 1_000 }, (_, line) => ({ line, note: 'x'.repeat(1_000) })) };
    await app.uow.run(ctx, async (tx) => tx.emit(Poured, data));
    await delivered(1);
    const [{ body, headers }] = there.calls as [ReceivedCall];
    expect(verifyReworth(body, headers as Record<string, string>, secret!)).toEqual({
      id: headers['webhook-id'],
      event: { type: 'tea.poured', data },
    });
    expect(new Webhook(secret!).verify(body, headers as Record<string, string>)).toEqual(data);
    expect(body.length).toBeGreaterThan(1_000_000);
  });

  it('stop for a receiver that is gone, and the other endpoints are told (WHK-04)', async () => {
    const [gone, other] = [await receiver(), await receiver()];
    gone.answer = (response) => void response.writeHead(410).end();
    const { id } = await register(gone.url);
    await register(other.url);
    await pour(1);
    await until(() => other.calls.some(({ body }) => body.includes('webhook_endpoint.disabled')));
    expect(JSON.parse(other.calls.find(({ body }) => body.includes('disabled'))!.body).data).toEqual({
      endpoint_id: id,
      url: gone.url,
      reason: 'gone',
    });
    await pour(1);
    await until(() => other.calls.length === 3);
    expect(gone.calls).toHaveLength(1);
  });

  it('of an event wanted by two endpoints go to both, whatever becomes of one (WHK-03)', async () => {
    const [hanging, other] = [await receiver(), await receiver()];
    hanging.answer = () => undefined;
    await register(hanging.url);
    await register(other.url);
    const started = Date.now();
    await pour(50);
    await until(() => other.calls.length === 50);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('flow for one tenant while all endpoints of another hang (TEN-09)', async () => {
    const [there, hanging] = [await receiver(), await receiver()];
    hanging.answer = () => undefined;
    const noisy = await openTenant(app.uow, { mode: 'sandbox' });
    for (let n = 0; n < 45; n++) await register(hanging.url, noisy); // more than are delivered to at the same time
    await pour(8, noisy);
    await until(() => hanging.calls.length >= 64);
    await register(there.url);
    await pour(1);
    await until(() => there.calls.length === 1, 8_000); // a call that hangs lasts longer
    await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [noisy.tenantId]); // it would go on beside the others
  });

  it('flow for one tenant while another has many for a dead host (TEN-09)', async () => {
    const there = await receiver();
    const noisy = await openTenant(app.uow, { mode: 'sandbox' });
    await register('http://127.0.0.1:9/', noisy);
    await pour(5_000, noisy);
    await register(there.url);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const started = Date.now();
    await pour(20);
    await until(() => there.calls.length === 20);
    expect(Date.now() - started).toBeLessThan(5_000);
    // The dead host rests and is probed: its many deliveries keep their tries.
    const [{ tries }] = await owner.dataSource.query('select sum(attempts)::int as tries from webhook_delivery where tenant_id = $1', [
      noisy.tenantId,
    ]);
    expect(tries).toBeLessThan(600);
  });

  it('are all delivered though the receiver was away for a while', async () => {
    const there = await receiver();
    await register(there.url);
    await there.close();
    await pour(200);
    await until(async () => (await rows()).some(({ attempts }: { attempts: number }) => attempts > 0));
    await there.open();
    await until(async () => {
      await makeDue();
      await owner.dataSource.query('update webhook_endpoint set paused_until = null where tenant_id = $1', [ctx.tenantId]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await rows()).every(({ status }: { status: string }) => status === 'delivered');
    }, 60_000);
    expect(new Set(there.calls.map(idOf)).size).toBe(200);
  });

  it('are delivered though the queue lost every wake-up (OUT-06)', async () => {
    const there = await receiver();
    await register(there.url);
    await pour(10);
    const queues = worker.nest.get(WorkerQueues, { strict: false });
    for (let n = 0; n < 20 && there.calls.length < 10; n++) {
      await queues.webhooks.obliterate({ force: true }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await delivered(10);
  });

  it('of a worker that was killed are delivered by another, with the same ids (WHK-07)', async () => {
    const there = await receiver();
    const { id } = await register(there.url);
    // What a killed worker leaves: a lease that runs out, and deliveries that were made but not recorded.
    await owner.dataSource.query(
      `update webhook_endpoint set lease = gen_random_uuid(), leased_until = now() + interval '3 seconds' where id = $1`,
      [id],
    );
    await pour(5);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(there.calls).toHaveLength(0);
    await delivered(5);
    expect(there.calls).toHaveLength(5);
  });

  it('are canceled when their endpoint is removed, by a job', async () => {
    const there = await receiver();
    there.answer = (response) => void response.writeHead(500).end();
    const { id } = await register(there.url);
    await pour(3);
    await until(async () => (await rows()).filter(({ attempts }: { attempts: number }) => attempts === 1).length === 3);
    await app.uow.run(ctx, (tx) => new RemoveWebhookEndpoint().execute(tx, id));
    await until(async () => (await rows()).every(({ status }: { status: string }) => status === 'canceled'));
    expect(await owner.dataSource.query('select 1 from job_outbox where tenant_id = $1', [ctx.tenantId])).toEqual([]);
  });

  it('are not delivered for a suspended tenant until it is active again (TEN-08)', async () => {
    const there = await receiver();
    await register(there.url);
    await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [ctx.tenantId]);
    await pour(2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await rows()).toEqual([]);
    await owner.dataSource.query(`update tenant set status = 'active' where id = $1`, [ctx.tenantId]);
    await delivered(2);
  });

  it('go out by the thousand', async () => {
    const COUNT = 2_000;
    const there = await receiver();
    await register(there.url);
    const started = Date.now();
    await pour(COUNT);
    await until(() => there.calls.length >= COUNT, 60_000);
    const seconds = (Date.now() - started) / 1_000;
    process.stdout.write(`webhooks: ${COUNT} events told in ${seconds.toFixed(2)} s, ${Math.round(COUNT / seconds)} a second\n`);
    await delivered(COUNT);
    expect(new Set(there.calls.map(idOf)).size).toBe(COUNT);
    expect(there.calls).toHaveLength(COUNT);
    const figures = await worker.nest.get(Metrics).registry.metrics();
    expect(Number(/webhook_attempts_total\{outcome="delivered".*?\} (\d+)/.exec(figures)?.[1])).toBeGreaterThanOrEqual(COUNT);
  });
});
