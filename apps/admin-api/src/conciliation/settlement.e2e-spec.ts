import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileBytes, PollFileDrop, ProcessFiles, RowKinds, WorkChunk, type FileDrop } from '@tallystick/loyalty';
import { MatchSettlement } from '@tallystick/offers';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';
import { SFTP_USER, startSftpServer, type SftpServer } from '../../../../test/support/sftp-server.js';
import { formOf } from '../../../../test/support/uploads.js';

let api: AdminApi;
let folder: string;
let server: SftpServer;
beforeAll(async () => {
  server = await startSftpServer();
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-settlement-'));
  api = await startAdminApi({ TALLYSTICK_DATA_DIR: folder, SFTP_ALLOWED_NETWORKS: '127.0.0.1' });
});
afterAll(async () => {
  await api?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });

interface File {
  id: string;
  status: string;
  window_id: string;
}
interface Match {
  balanced: boolean;
  totals: { state: string; told_count: number; told_amount: string; file_count: number; file_amount: string }[];
  inputs: object[];
}
interface Difference {
  id: string;
  kind: string;
  reference: string;
  state: string;
}

const settled_at = '2025-11-12T12:00:00-06:00';

/** A tenant with a closed window of four purchases and a refund, and an admin of it. */
async function openBank() {
  const bank = await conciliationFixture(api.uow);
  await bank.shop('shop');
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.cards(...['p1', 'p2', 'p3'].map((id) => cardItem(id, 'ana', { settled_at })));
  await bank.cards(
    cardItem('p4', 'ben', { settled_at, merchant: { merchant_id: 'nobody' } }),
    cardRefund('r1', 'ana', 'p1', '40.00', { settled_at }),
  );
  const [closed] = (await bank.closeAll()) as [string];
  const person = await api.person(bank.ctx, 'tenant_admin');
  const reader = get(ProcessFiles);
  const send = (content: string | Buffer, fileName: string, window = closed) => {
    const form = formOf({ field: 'window_id', content: window }, { field: 'file', content, fileName });
    return person.call<File>('POST', '/conciliation/settlement-files', form.payload, form.headers);
  };
  return {
    bank,
    closed,
    send,
    ...person,
    /** Sends a file and has it read. */
    async settled(content: string | Buffer, fileName: string) {
      const sent = await send(content, fileName);
      expect([sent.status, sent.body]).toEqual([201, expect.anything()]);
      await reader.run(bank.ctx);
      return (await person.call<File & Record<string, unknown>>('GET', `/conciliation/settlement-files/${sent.body.data.id}`)).body.data;
    },
    async differences(query = '') {
      const { body } = await person.call<Difference[]>('GET', `/conciliation/differences${query}`);
      return body.data.map(({ kind, reference, state }) => `${kind} ${reference} ${state}`).sort();
    },
    match: async () => (await person.call<Match>('GET', `/conciliation/windows/${closed}/match`)).body.data,
  };
}

test('a settlement file is matched three ways; its differences are owned, resolved, and vanish with a later file (C6.7)', async () => {
  const { bank, closed, call, id: userId, settled, differences, match, send } = await openBank();
  // With a mark of the byte order, both ends of lines and grouped digits, as banks send it (C10.7).
  const first =
    '\ufeffreference,type,amount,currency\r\np1,purchase,100.00,MXN\np2,,"1,05.00",MXN\r\np2,,105.00,MXN\nghost,purchase,"1,00,000.00",MXN\np9,purchase,1e3,MXN\n=cmd,purchase,5.00,XXXX\n';
  const file = await settled(first, 'week-46.csv');
  expect(file).toMatchObject({ status: 'completed', window_id: closed, rows_total: 6, accepted: 3, duplicates: 0, rejected: 3 });
  const rejected = await call<{ line: number; column: string }[]>(
    'GET',
    `/conciliation/settlement-files/${file.id}/rows?status=rejected&page_size=2`,
  );
  expect(rejected.body.data.map(({ line, column }) => [line, column])).toEqual([
    [3, 'amount'],
    [6, 'amount'],
  ]);
  const { next_cursor } = rejected.body.meta.pagination;
  expect(
    (await call('GET', `/conciliation/settlement-files/${file.id}/rows?status=rejected&page_size=2&cursor=${next_cursor}`)).body.data,
  ).toMatchObject([{ line: 7, column: 'currency' }]);
  expect(await differences()).toEqual([
    'amount_differs p2 open',
    'missing_in_file p3 open',
    'missing_in_file p4 open',
    'missing_in_file r1 open',
    'missing_in_ledger ghost open',
  ]);
  const { balanced, totals, inputs } = await match();
  const sums = totals.map((sum) => [sum.state, sum.told_count, sum.told_amount, sum.file_count, sum.file_amount]);
  expect([balanced, sums]).toEqual([
    true,
    [
      ['amount_differs', 1, '100.00', 1, '105.00'],
      ['matched', 1, '100.00', 1, '100.00'],
      ['missing_in_file', 3, '240.00', 0, '0.00'],
      ['missing_in_ledger', 0, '0.00', 1, '100000.00'],
    ],
  ]);
  expect(inputs).toEqual([{ currency: 'MXN', told_count: 5, told_amount: '440.00', file_count: 3, file_amount: '100205.00' }]);

  const [differs] = (await call<Difference[]>('GET', '/conciliation/differences?kind=amount_differs')).body.data;
  const at = `/conciliation/differences/${differs!.id}`;
  expect(differs).toMatchObject({ told_amount: '100.00', file_amount: '105.00', file_line: 4, age_days: expect.any(Number) });
  expect((await call('PATCH', at, { owner_id: userId })).body.data).toMatchObject({ state: 'assigned', owner_id: userId });
  expect(await call('PATCH', at, { owner_id: (await openBank()).id })).toMatchObject({
    status: 400,
    body: { errors: { owner_id: expect.anything() } },
  });
  expect(await call('PATCH', at, { state: 'resolved' })).toMatchObject({
    status: 400,
    body: { errors: { resolution: expect.anything() } },
  });
  expect(await call('PATCH', at, { resolution: 'accepted' })).toMatchObject({ status: 400 });
  const resolved = await call('PATCH', at, { state: 'resolved', resolution: 'accepted', note: 'A tip.' });
  expect(resolved.body.data).toMatchObject({ state: 'resolved', resolution: 'accepted', resolved_by: `user ${userId}` });

  const second = await settled(
    'reference,type,amount,currency\np3,,100.00,MXN\np4,,100.00,MXN\nr1,refund,40.00,MXN\np1,,100.00,MXN\n',
    'rest.csv',
  );
  expect(second).toMatchObject({ accepted: 3, duplicates: 1 });
  expect(await differences('?state=open')).toEqual(['duplicate p1 open', 'missing_in_ledger ghost open']);
  expect((await call('GET', at)).body.data).toMatchObject({ state: 'resolved', resolution: 'accepted' });
  expect((await match()).balanced).toBe(true);
  // What the file knew and nobody had told is told late.
  await bank.cards(cardItem('ghost', 'cleo', { amount: '100000.00', settled_at }));
  await bank.run((tx) => new MatchSettlement().differing(tx));
  expect(await differences('?state=open')).toEqual(['duplicate p1 open']);
  expect((await call('PATCH', at, { state: 'open' })).body.data).toMatchObject({ state: 'assigned', resolution: null });

  for (const [content, name] of [
    [first, 'other.csv'],
    ['reference,amount,currency\nx,1.00,MXN\n', 'week-46.csv'],
  ] as const)
    expect((await send(content, name)).body.code).toBe('settlement_file_already_received');
  expect((await send('x', 'x.csv', 'W-2020-01-00000000')).body.errors).toHaveProperty('window_id');
  expect((await send('x', 'x.csv', 'nothing')).body.errors).toHaveProperty('window_id');
});

test('settlement files are dropped by SFTP too: read like any other in the format of the drop, for the window in their name, with results back', async () => {
  const { bank, closed, call, differences, send, match } = await openBank();
  const period = closed.slice(0, 'W-2025-46'.length);
  const base = `/${bank.ctx.tenantId}`;
  const at = (...parts: string[]): string => path.join(server.root, base, ...parts);
  await mkdir(at('upload/STL'), { recursive: true });
  const { body } = await call<FileDrop>('POST', '/file-drops', {
    name: 'Processor',
    host: '127.0.0.1',
    port: server.port,
    ...SFTP_USER,
    host_key: server.hostKey,
    base_folder: base,
    format: { delimiter: 'pipe', decimals: 'comma', trailer: 'END', columns: { STL: { reference: 'ARN' } } },
    enabled: true,
  });
  expect(body).toMatchObject({ data: { id: expect.any(String) } });
  expect((await call('POST', `/file-drops/${body.data.id}/test`)).body.data).toMatchObject({ folders: ['upload/STL'] });
  const poll = () => get(PollFileDrop).run(bank.ctx, body.data.id);
  const drop = async (name: string, ...rows: string[]): Promise<void> => {
    await writeFile(at('upload/STL', name), ['ARN|type|amount|currency|source', ...rows, `END|${rows.length}|||`, ''].join('\n'));
    await writeFile(at('upload/STL', `${name}.done`), '');
    expect(await poll()).toMatchObject({ problem: null });
    await get(ProcessFiles).run(bank.ctx);
    await poll();
  };
  const said = async (name: string): Promise<string> => readFile(at('result/STL', name), 'utf8');

  await drop(
    `stl_${period}.csv`,
    'p1||100,00|MXN|',
    'p2||1.00|MXN|',
    'p3||100,00|MXN|cards',
    'p1||100,00|MXN|',
    'p4||100,00|MXN|elsewhere',
  );
  expect(await readdir(at('processed/STL'))).toEqual([`stl_${period}.csv`]);
  expect(JSON.parse(await said(`stl_${period}.csv.summary.json`))).toMatchObject({
    status: 'completed',
    rows: 5,
    accepted: 3,
    duplicates: 1,
    rejected: 1,
  });
  expect(await said(`stl_${period}.csv.result.csv`)).toContain('\r\n5|p1|duplicate|');
  expect(await said(`stl_${period}.csv.rejected.csv`)).toMatch(/^ARN\|.*\r\np2\|\|1\.00\|MXN\|\|3\|amount\|validation_error\|/);
  const [file] = (await call<(File & { name: string })[]>('GET', `/conciliation/settlement-files?window_id=${closed}`)).body.data;
  expect(file).toMatchObject({ name: `stl_${period}.csv`, window_id: closed, status: 'completed', rows_done: 5, rejected: 1 });
  expect((await call<object[]>('GET', `/conciliation/settlement-files/${file!.id}/rows`)).body.data).toMatchObject([
    { line: 2, status: 'accepted', reference: 'p1', source: 'cards', amount: '100.00' },
    { line: 3, status: 'rejected', reference: null, column: 'amount' },
    { line: 4, status: 'accepted' },
    { line: 5, status: 'duplicate' },
    { line: 6, status: 'accepted', source: 'elsewhere' },
  ]);
  expect((await call('GET', `/files/${file!.id}`)).body.data).toMatchObject({ type: 'STL', origin: 'sftp', file_drop_id: body.data.id });
  expect(await differences('?state=open')).toEqual([
    'duplicate p1 open',
    'missing_in_file p2 open',
    'missing_in_file p4 open',
    'missing_in_file r1 open',
    'missing_in_ledger p4 open',
  ]);
  expect((await match()).balanced).toBe(true);

  // Refused as a whole: by its name, by its content, for naming no window, one that is not there, or two, and by its trailer.
  const before = await readFile(at('processed/STL', `stl_${period}.csv`), 'utf8');
  expect((await send(before, 'uploaded.csv')).body.code).toBe('settlement_file_already_received');
  for (const [name, code, ...rows] of [
    [`stl_${period}.csv`, 'file_already_received', 'x||1,00|MXN|'],
    [`again-${closed}.csv`, 'file_already_received', ...before.split('\n').slice(1, -2)],
    ['november.csv', 'no_window', 'x||1,00|MXN|'],
    ['W-2001-46.csv', 'no_window', 'x||1,00|MXN|'],
    [`${period}-and-W-2025-47.csv`, 'no_window', 'x||1,00|MXN|'],
    [`cut-${period}.csv`, 'wrong_trailer', 'END||||', 'x||1,00|MXN|'],
  ] as const) {
    await drop(name, ...rows);
    expect([name, JSON.parse(await said(`${name}.refused.json`))]).toMatchObject([name, { status: 'refused', code }]);
  }
  expect((await readdir(at('refused/STL'))).sort()).toEqual(
    [`W-2001-46.csv`, `${period}-and-W-2025-47.csv`, `again-${closed}.csv`, 'november.csv', `stl_${period}.csv`].sort(),
  );
  const all = (await call<File[]>('GET', '/conciliation/settlement-files')).body.data;
  expect(all.map(({ status }) => status)).toEqual(['refused', 'completed']);
  // Uploaded files are among all files as well; one that is stopped keeps what was read, and may be sent again.
  const sent = await send('reference,amount,currency\np2,100.00,MXN\n', 'rest.csv');
  expect((await call('POST', `/files/${sent.body.data.id}/cancel`)).body.data).toMatchObject({
    type: 'STL',
    origin: 'upload',
    status: 'cancelled',
  });
  expect((await call('GET', `/conciliation/settlement-files/${sent.body.data.id}`)).body.data).toMatchObject({ status: 'cancelled' });
  expect((await send('reference,amount,currency\np2,100.00,MXN\n', 'rest.csv')).status).toBe(201);
});

test('a worker that is killed in the middle of a settlement file goes on after the last row that counted; each row counts once (FIL-02)', async () => {
  const { bank, send, call, match } = await openBank();
  const rows = Array.from({ length: 5_000 }, (_, n) => (n % 1_000 === 7 ? `x${n},no,MXN` : `x${n % 4_500},1.00,MXN`));
  const { id } = (await send(['reference,amount,currency', ...rows, ''].join('\n'), 'large.csv')).body.data;
  const real = get(WorkChunk);
  let chunks = 0;
  const killed = (when: 'before' | 'after') =>
    new ProcessFiles(api.uow, get(FileBytes), get(RowKinds), {
      execute: async (tx, chunk) => {
        if (++chunks % 2 === 0 && when === 'before') throw new Error('killed');
        const after = await real.execute(tx, chunk);
        if (chunks % 2 === 0) throw new Error('killed');
        return after;
      },
    } as WorkChunk);
  const standing = async () => (await call<File & { rows_done: number }>('GET', `/conciliation/settlement-files/${id}`)).body.data;
  await expect(killed('after').run(bank.ctx)).rejects.toThrow('killed');
  expect(await standing()).toMatchObject({ status: 'processing', rows_total: 5_000, rows_done: 2_000 });
  await expect(killed('before').run(bank.ctx)).rejects.toThrow('killed');
  expect(await standing()).toMatchObject({ status: 'processing', rows_done: 4_000 });
  await Promise.all([1, 2].map(() => get(ProcessFiles).run(bank.ctx)));
  expect(await standing()).toMatchObject({ status: 'completed', rows_done: 5_000, accepted: 4_496, duplicates: 499, rejected: 5 });
  expect(
    await bank.rows(
      'select count(*)::int as rows, count(distinct line)::int as lines from settlement_row where tenant_id = $1 and file_id = $2',
      id,
    ),
  ).toEqual([{ rows: 5_000, lines: 5_000 }]);
  expect((await match()).inputs).toEqual([
    { currency: 'MXN', told_count: 5, told_amount: '440.00', file_count: 4_995, file_amount: '4995.00' },
  ]);
});

test.each([
  ['utf16.csv', Buffer.from('reference,amount,currency\n', 'utf16le'), 'not_text'],
  ['short.csv', 'reference,amount\nx,1.00\n', 'wrong_columns'],
  ['twice.csv', 'reference,amount,currency,amount\n', 'wrong_columns'],
  ['empty.csv', '\n', 'empty_file'],
])('%s is refused as a whole, and takes no place', async (name, content, code) => {
  const { settled } = await openBank();
  expect(await settled(content, name)).toMatchObject({ status: 'refused', code, rows_done: 0 });
  expect(await settled(content, name)).toMatchObject({ status: 'refused' });
});

test('another tenant sees nothing of it, and who may only read changes nothing', async () => {
  const { bank, settled } = await openBank();
  const file = await settled('reference,amount,currency\nghost,1.00,MXN\n', 'a.csv');
  const { call: own } = await api.person(bank.ctx, 'auditor');
  const [difference] = (await own<Difference[]>('GET', '/conciliation/differences')).body.data;
  const { call: stranger } = await openBank();
  for (const [method, at, body] of [
    ['GET', `/conciliation/settlement-files/${file.id}`],
    ['GET', `/conciliation/settlement-files/${file.id}/rows`],
    ['GET', `/conciliation/differences/${difference!.id}`],
    ['PATCH', `/conciliation/differences/${difference!.id}`, { note: 'x' }],
    ['GET', `/conciliation/windows/${file.window_id}/match`],
  ] as const)
    expect([method, at, (await stranger(method, at, body)).status]).toEqual([method, at, 404]);
  expect((await stranger('GET', '/conciliation/differences')).body.data).toEqual([]);
  expect((await stranger('GET', '/conciliation/settlement-files')).body.data).toEqual([]);
  expect((await own<File[]>('GET', `/conciliation/settlement-files?window_id=${file.window_id}`)).body.data).toHaveLength(1);
  expect((await own('PATCH', `/conciliation/differences/${difference!.id}`, { note: 'x' })).status).toBe(403);
});
