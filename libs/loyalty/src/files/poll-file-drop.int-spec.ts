import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OutgoingSftp, type UnitOfWork } from '@tallystick/platform';
import ssh2 from 'ssh2';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { filesFixture, type FilesFixture } from '../../../../test/support/files.js';
import { loyaltyFixture, purchaseItem, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { SFTP_USER, startSftpServer, type SftpServer } from '../../../../test/support/sftp-server.js';
import { DEFAULT_FORMAT } from './file-format.policy.js';
import { FILE_COLUMNS, type FileRow } from './file-import.js';
import { TestFileDrop } from './test-file-drop.js';
import type { FileDrop, FileDropSettings } from './file-drop.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let server: SftpServer;
let loyalty: LoyaltyFixture;
let files: FilesFixture;
let drop: FileDrop;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
beforeEach(async () => {
  server = await startSftpServer();
  loyalty = await loyaltyFixture(uow, database.ownerUrl);
  files = await filesFixture(loyalty);
  drop = await open();
  for (const folder of ['TXN', 'BNS', 'XYZ']) await mkdir(path.join(server.root, 'loyalty/upload', folder), { recursive: true });
});
afterEach(async () => {
  await files.close();
  await server.close();
});
afterAll(async () => {
  await close();
  await database.close();
});

const open = (given: Partial<FileDropSettings> = {}): Promise<FileDrop> =>
  uow.run(loyalty.ctx, (tx) =>
    files.saveDrop.create(
      tx,
      {
        name: 'Core banking',
        host: '127.0.0.1',
        port: server.port,
        username: SFTP_USER.username,
        hostKey: server.hostKey,
        baseFolder: '/loyalty',
        programId: null,
        format: { ...DEFAULT_FORMAT, delimiter: 'pipe', dates: 'day_first', columns: { TXN: { id: 'TXN_ID' } } },
        pollSeconds: 60,
        enabled: true,
        ...given,
      },
      { password: SFTP_USER.password },
    ),
  );
const put = (name: string, ...rows: string[]): Promise<void> =>
  writeFile(
    path.join(server.root, 'loyalty/upload', name),
    ['TXN_ID|member_reference|amount|currency|occurred_at', ...rows, ''].join('\n'),
  );
const there = async (folder: string): Promise<string[]> =>
  (await readdir(path.join(server.root, 'loyalty', folder)).catch(() => [])).sort();
const text = (name: string): Promise<string> => readFile(path.join(server.root, 'loyalty', name), 'utf8');
const poll = (poller = files.poller()) => poller.run(loyalty.ctx, drop.id);
const work = () => files.worker().run(loyalty.ctx);
const all = () =>
  uow.read(loyalty.ctx, (tx) =>
    tx.query<FileRow>(`select ${FILE_COLUMNS} from file_import where tenant_id = $1 order by id`, [loyalty.ctx.tenantId]),
  );
const stateOf = async (): Promise<FileDrop> => uow.read(loyalty.ctx, (tx) => files.findDrops.byId(tx, drop.id));
const acts = () =>
  uow.read(loyalty.ctx, (tx) =>
    tx.query<{ act: string }>('select act from audit_record where tenant_id = $1 order by number', [loyalty.ctx.tenantId]),
  );

describe('an SFTP drop', () => {
  it('is signed in to by a private key, opened with its passphrase, and by no other', async () => {
    const pair = () => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, passphrase: 'seven foxes', cipher: 'aes256-ctr' });
    const [own, other] = [pair(), pair()];
    await server.close();
    server = await startSftpServer({ publicKey: own.public });
    await mkdir(path.join(server.root, 'loyalty/upload/TXN'), { recursive: true });
    const change = (privateKey: string, passphrase: string) =>
      uow.run(loyalty.ctx, (tx) =>
        files.saveDrop.update(tx, drop.id, { port: server.port, hostKey: server.hostKey, enabled: true }, { privateKey, passphrase }),
      );
    await put('TXN/march.csv', 'p-1|anna|5|USD|');
    for (const [key, passphrase] of [
      [other.private, 'seven foxes'],
      [own.private, 'eight foxes'],
    ] as const) {
      await change(key, passphrase);
      expect(await poll()).toMatchObject({ taken: 0, problem: { kind: 'sign_in_refused' } });
    }
    await change(own.private, 'seven foxes');
    await poll();
    expect(await poll()).toEqual({ taken: 1, problem: null });
    expect(await there('processed/TXN')).toEqual(['march.csv']);
  });

  it('gives its files once they are the same at two polls, and gets results back', async () => {
    await loyalty.batch('b-1', [purchaseItem('p-2', 'anna', '5.00')]);
    await put('TXN/march.csv', 'p-1|anna|1,00,000.50|USD|31/03/2026', 'p-2|anna|5|USD|', 'p-3|anna|x|USD|');
    await put('TXN/april.csv.part', 'p-9|anna|1|USD|');
    await put('XYZ/may.csv', 'p-9|anna|1|USD|');
    expect(await poll()).toEqual({ taken: 0, problem: null });
    await put('TXN/march.csv', 'p-1|anna|1,00,000.50|USD|31/03/2026', 'p-2|anna|5|USD|', 'p-3|anna|x|USD|', 'p-4|anna|1|USD|');
    expect(await poll()).toMatchObject({ taken: 0 });
    expect(await poll()).toMatchObject({ taken: 1 });
    expect([await there('upload/TXN'), await there('processed/TXN'), await there('upload/XYZ')]).toEqual([
      ['april.csv.part'],
      ['march.csv'],
      ['may.csv'],
    ]);
    await work();
    await poll();
    expect(await there('result/TXN')).toEqual(['march.csv.rejected.csv', 'march.csv.result.csv', 'march.csv.summary.json']);
    expect(JSON.parse(await text('result/TXN/march.csv.summary.json'))).toMatchObject({
      status: 'completed',
      rows: 4,
      accepted: 2,
      duplicates: 1,
      rejected: 1,
      points: 100_001,
    });
    expect(await text('result/TXN/march.csv.rejected.csv')).toMatch(/^TXN_ID\|.*\r\np-3\|anna\|x\|USD\|\|4\|amount\|validation_error\|/);
    const [ignored, march] = await all();
    expect(ignored).toMatchObject({ name: 'may.csv', status: 'ignored', code: 'wrong_folder', type: null });
    expect(march).toMatchObject({ name: 'march.csv', origin: 'sftp', dropId: drop.id, status: 'completed' });
    expect(await all()).toHaveLength(2);
  });

  it('gives a file at once that has its marker, and refuses by name and by content what came before, also by upload', async () => {
    const drops = async (name: string, ...rows: string[]): Promise<void> => {
      await put(`TXN/${name}`, ...rows);
      await put(`TXN/${name}.done`);
      expect(await poll()).toMatchObject({ taken: 1, problem: null });
      await work();
      await poll();
    };
    await drops('one.csv', 'q-1|bela|5|USD|');
    await drops('one.csv', 'q-2|bela|5|USD|');
    await drops('two.csv', 'q-1|bela|5|USD|');
    const bytes = await text('processed/TXN/one.csv');
    await expect(files.receive(bytes)).rejects.toMatchObject({ definition: { code: 'file_already_received' } });
    await files.work('id,member_reference,amount,currency\nq-3,bela,5,USD\n', { name: 'three.csv' });
    await drops('three.csv', 'q-4|bela|5|USD|');
    expect((await all()).map(({ name, status }) => [name, status])).toEqual([
      ['one.csv', 'completed'],
      ['one.csv', 'refused'],
      ['two.csv', 'refused'],
      ['three.csv', 'completed'],
      ['three.csv', 'refused'],
    ]);
    expect([await there('upload/TXN'), await there('processed/TXN'), await there('refused/TXN')]).toEqual([
      [],
      ['one.csv'],
      ['one.csv', 'three.csv', 'two.csv'],
    ]);
    expect(JSON.parse(await text('result/TXN/two.csv.refused.json'))).toMatchObject({ code: 'file_already_received' });
  });

  it('is made good after a transfer that broke off and a move that failed, and nothing counts twice (FIL-01)', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `c-${n}|carl|1|USD|`);
    await put('TXN/large.csv', ...rows);
    await put('TXN/large.csv.done');
    server.cutAfter(100_000);
    expect(await poll()).toMatchObject({ problem: { kind: 'failed' } });
    expect([await all(), await stateOf()]).toMatchObject([[], { problem: expect.any(String), enabled: true }]);
    server.cutAfter(undefined);
    await writeFile(path.join(server.root, 'loyalty/processed'), 'in the way');
    expect(await poll()).toMatchObject({ problem: { kind: 'failed' } });
    expect(await all()).toHaveLength(1);
    await rm(path.join(server.root, 'loyalty/processed'));
    expect(await poll()).toMatchObject({ taken: 0, problem: null });
    expect([await there('upload/TXN'), await there('processed/TXN'), (await stateOf()).problem]).toEqual([[], ['large.csv'], null]);
    expect(await all()).toMatchObject([{ status: 'received' }]);
  });

  it('is stopped when its server shows another host key, before anything secret is sent, and goes on when somebody has looked', async () => {
    expect(await poll()).toMatchObject({ problem: null });
    const before = server.signIns();
    const hostKey = await server.changeHostKey();
    expect(await poll()).toMatchObject({ problem: { kind: 'host_key_changed' } });
    expect(server.signIns()).toBe(before);
    expect(await stateOf()).toMatchObject({ enabled: false, problem: expect.stringContaining(hostKey) });
    expect(await poll()).toBeUndefined();
    expect((await acts()).map(({ act }) => act)).toEqual(['program.created', 'file_drop.created', 'file_drop.stopped']);
    expect(
      await uow.read(loyalty.ctx, (tx) =>
        tx.query(`select name from event where tenant_id = $1 and name like 'file%'`, [loyalty.ctx.tenantId]),
      ),
    ).toEqual([{ name: 'file_drop.stopped' }]);
    const change = (changes: Partial<FileDropSettings>, secret?: { password: string }) =>
      uow.run(loyalty.ctx, (tx) => files.saveDrop.update(tx, drop.id, changes, secret));
    await expect(change({ hostKey })).rejects.toMatchObject({ details: { errors: { password: expect.any(Array) } } });
    expect(await change({ hostKey, enabled: true }, { password: SFTP_USER.password })).toMatchObject({ problem: null, enabled: true });
    expect(await poll()).toMatchObject({ problem: null });
  });

  it('is tried out: who answers, whether we are let in, which folders there are', async () => {
    const trial = async (id: string) => new TestFileDrop(uow, files.sftp, files.keyring).run(loyalty.ctx, id);
    expect(await trial(drop.id)).toEqual({
      hostKey: server.hostKey,
      hostKeyMatches: true,
      signedIn: true,
      folders: ['upload/TXN', 'upload/BNS'],
      problem: null,
    });
    const unknown = await open({ name: 'unknown', hostKey: null, enabled: false });
    const before = server.signIns();
    expect(await trial(unknown.id)).toMatchObject({
      hostKey: server.hostKey,
      hostKeyMatches: null,
      signedIn: null,
      problem: expect.any(String),
    });
    expect(server.signIns()).toBe(before);
    const stranger = await open({ name: 'stranger', username: 'nobody' });
    expect(await trial(stranger.id)).toMatchObject({ hostKeyMatches: true, signedIn: false });
    const strict = new TestFileDrop(uow, new OutgoingSftp(() => false), files.keyring);
    expect(await strict.run(loyalty.ctx, drop.id)).toMatchObject({ hostKey: null, problem: 'This address is not public.' });
  });
});
