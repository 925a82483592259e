import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MatchSettlement, ReadSettlementFiles } from '@tallystick/offers';
import { FileStore } from '@tallystick/platform';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';
import { formOf } from '../../../../test/support/uploads.js';

let api: AdminApi;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-settlement-'));
  api = await startAdminApi({ TALLYSTICK_DATA_DIR: folder });
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});

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
  const reader = new ReadSettlementFiles(api.uow, new FileStore(folder), new MatchSettlement());
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
