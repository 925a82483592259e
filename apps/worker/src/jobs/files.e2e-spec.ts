import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_FORMAT, FindMembers, SaveFileDrop } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { TestApp } from '../../../../test/support/http-app.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { until } from '../../../../test/support/receiver.js';
import { SFTP_USER, startSftpServer, type SftpServer } from '../../../../test/support/sftp-server.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';

let database: TestDatabase;
let server: SftpServer;
let folder: string;
let worker: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startSftpServer();
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-worker-'));
  await emptyQueues(database);
  worker = await startTestWorker(database, { SFTP_ALLOWED_NETWORKS: '127.0.0.1', TALLYSTICK_DATA_DIR: folder });
});
afterAll(async () => {
  await worker?.close();
  await server?.close();
  await database?.close();
  await rm(folder, { recursive: true });
});

it('a file that is dropped is fetched, counted and answered without anybody asking for it', async () => {
  const get = <T>(token: abstract new (...args: never[]) => T): T => worker.nest.get(token as never, { strict: false });
  const uow = get(UnitOfWork);
  const ctx = await openTenant(uow, { currency: 'USD' });
  await openProgram(uow, ctx);
  await mkdir(path.join(server.root, 'upload/TXN'), { recursive: true });
  await writeFile(path.join(server.root, 'upload/TXN/march.csv'), 'id,member_reference,amount,currency\np-1,anna,12.50,USD\n');
  await writeFile(path.join(server.root, 'upload/TXN/march.csv.done'), '');
  const drop = {
    name: 'Here',
    host: '127.0.0.1',
    port: server.port,
    username: SFTP_USER.username,
    hostKey: server.hostKey,
    baseFolder: '/',
  };
  await uow.run(ctx, (tx) =>
    get(SaveFileDrop).create(
      tx,
      { ...drop, programId: null, format: DEFAULT_FORMAT, pollSeconds: 10, enabled: true },
      { password: SFTP_USER.password },
    ),
  );
  const results = (): Promise<string[]> => readdir(path.join(server.root, 'result/TXN')).catch(() => []);
  await until(async () => (await results()).includes('march.csv.summary.json'), 60_000);
  expect(JSON.parse(await readFile(path.join(server.root, 'result/TXN/march.csv.summary.json'), 'utf8'))).toMatchObject({
    accepted: 1,
    points: 12,
  });
  expect(await readdir(path.join(server.root, 'upload/TXN'))).toEqual([]);
  const anna = await uow.read(ctx, (tx) => get(FindMembers).byReference(tx, 'anna'));
  expect(anna.wallets).toMatchObject([{ balance: 12 }]);
});
