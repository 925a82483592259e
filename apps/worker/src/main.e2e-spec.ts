import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type TenantContext } from '@tallystick/kernel';
import { FileBytes, FindFiles, ReceiveFile } from '@tallystick/loyalty';
import { CreateWebhookEndpoint } from '@tallystick/messaging';
import { defineEvent, FileStore, Keyring, SealedFiles, type UnitOfWork } from '@tallystick/platform';
import type { DataSource } from 'typeorm';
import { spawnApp, untilReady, type AppProcess } from '../../../test/support/app-process.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { accessEntities, openTenant } from '../../../test/support/identity.js';
import { openProgram } from '../../../test/support/loyalty.js';
import { Receiver, until } from '../../../test/support/receiver.js';

const Poured = defineEvent<{ cup: number }>({ name: 'tea.poured', summary: 'Tea was poured', schema: { type: 'object' } });
const KEY = randomBytes(32);

describe('the worker process', () => {
  let database: TestDatabase;
  let app: { uow: UnitOfWork; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let receiver: Receiver;
  let ctx: TenantContext;
  const running: AppProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    owner = await openUnitOfWork(database.ownerUrl);
  });
  beforeEach(async () => {
    ctx = await openTenant(app.uow, { mode: 'sandbox' });
    receiver = await new Receiver().open();
    await app.uow.run(ctx, (tx) =>
      new CreateWebhookEndpoint(new Keyring([KEY])).execute(tx, { url: receiver.url, eventTypes: ['tea.poured'] }),
    );
  });
  afterEach(async () => {
    for (const { child, gone } of running.splice(0)) {
      child.kill('SIGKILL');
      await gone;
    }
    await receiver.close();
  });
  afterAll(async () => {
    for (const each of [app, owner, database]) await each?.close();
  });

  const start = async (environment: Record<string, string> = {}): Promise<AppProcess> => {
    const worker = await spawnApp('worker', {
      DATABASE_URL: database.workerUrl,
      TALLYSTICK_KEY: KEY.toString('base64'),
      WEBHOOK_ALLOW_LOOPBACK: 'true',
      LOG_LEVEL: 'info',
      ...environment,
    });
    running.push(worker);
    await untilReady(worker);
    return worker;
  };
  const pour = (cups: number) =>
    app.uow.run(ctx, async (tx) => {
      for (let cup = 1; cup <= cups; cup++) tx.emit(Poured, { cup });
    });
  const delivered = async (): Promise<number> => {
    const [{ n }] = await owner.dataSource.query(
      `select count(*)::int as n from webhook_delivery where tenant_id = $1 and status = 'delivered'`,
      [ctx.tenantId],
    );
    return n;
  };
  const ids = () => new Set(receiver.calls.map(({ headers }) => headers['webhook-id']));
  const slowly = (ms: number) => {
    receiver.answer = (response) => void setTimeout(() => response.writeHead(204).end(), ms);
  };

  it('ends with 0 on SIGTERM once the calls under way are recorded, and the next one goes on without a repeat (OUT-04)', async () => {
    slowly(1_000);
    const worker = await start();
    await pour(40);
    await until(() => receiver.calls.length >= 8);
    const asked = Date.now();
    worker.child.kill('SIGTERM');
    expect(await worker.gone).toBe(0);
    expect(Date.now() - asked).toBeLessThan(25_000);
    const before = receiver.calls.length;
    expect(await delivered()).toBe(before);
    expect(before).toBeLessThan(40);
    slowly(0);
    await start();
    await until(async () => (await delivered()) === 40);
    expect(receiver.calls).toHaveLength(40);
    expect(ids().size).toBe(40);
  });

  it('ends when the process that started it goes away', async () => {
    const worker = await start();
    worker.child.disconnect();
    expect(await worker.gone).toBe(0);
  });

  it('may be killed at any moment: the next one delivers everything, under the same ids (OUT-01, WHK-07)', async () => {
    slowly(20);
    const worker = await start();
    await pour(400);
    await until(() => receiver.calls.length >= 50);
    worker.child.kill('SIGKILL');
    await worker.gone;
    const told = ids();
    await pour(10); // committed while nobody is there to queue it
    await start();
    await until(async () => (await delivered()) === 410, 60_000);
    expect(ids().size).toBe(410);
    expect([...told].every((id) => ids().has(id))).toBe(true);
    expect(receiver.calls.length).toBeLessThan(410 + 100); // what had come back but was not recorded yet
  });

  it('may be killed in the middle of a file: the next one goes on after the last row that counted (FIL-02)', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tallystick-worker-'));
    const rows = 2_000;
    const lines = Array.from({ length: rows }, (_, n) => `p-${n},m-${n % 50},1.00,USD`);
    const content = ['id,member_reference,amount,currency', ...lines, ''].join('\n');
    const id = newId();
    await openProgram(app.uow, ctx, { currency: 'USD', enroll_on_first_sight: true });
    const store = new FileStore(folder);
    const bytes = new FileBytes(store, new SealedFiles(store, new Keyring([KEY])));
    const taken = await bytes.take(ctx.tenantId, id, Readable.from([Buffer.from(content)]));
    await app.uow.run(ctx, (tx) => new ReceiveFile().execute(tx, { id, type: 'TXN', name: 'march.csv', ...taken }));
    const file = () => app.uow.read(ctx, (tx) => new FindFiles(bytes).byId(tx, id));
    try {
      const worker = await start({ TALLYSTICK_DATA_DIR: folder });
      await until(async () => (await file()).rowsDone > 0, 60_000);
      worker.child.kill('SIGKILL');
      await worker.gone;
      await start({ TALLYSTICK_DATA_DIR: folder });
      await until(async () => (await file()).status === 'completed', 90_000);
      expect(await file()).toMatchObject({
        rowsTotal: rows,
        rowsDone: rows,
        accepted: rows,
        duplicates: 0,
        rejected: 0,
        points: String(rows),
      });
      const [{ n }] = await owner.dataSource.query(
        `select sum(posted)::int as n from ledger_account where tenant_id = $1 and owner_type = 'member'`,
        [ctx.tenantId],
      );
      expect(n).toBe(rows);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 180_000);

  it('stays up when the database drops all its connections, again and again (OPS-07)', async () => {
    const worker = await start();
    await pour(300);
    for (let n = 0; n < 4; n++) {
      await sleep(700);
      await owner.dataSource.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tallystick_worker' and datname = current_database()`,
      );
      await pour(50);
    }
    await until(async () => (await delivered()) === 500, 90_000);
    expect(worker.child.exitCode).toBeNull();
    await untilReady(worker);
    expect(ids().size).toBe(500);
    worker.child.kill('SIGTERM');
    expect(await worker.gone).toBe(0);
  });
});
