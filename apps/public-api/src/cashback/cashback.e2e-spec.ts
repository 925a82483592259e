import type { CardBatch, ShownCardTransaction } from '@tallystick/offers';
import pg from 'pg';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { openMerchant, openOffer } from '../../../../test/support/offers.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';
import { until } from '../../../../test/support/receiver.js';

let api: PublicApi;
let offerId: string;
beforeAll(async () => {
  api = await startPublicApi();
  const { ctx } = api.integrator;
  const { id } = await openMerchant(api.uow, ctx, { identifiers: { merchantIds: ['shop'] } });
  offerId = (await openOffer(api.uow, ctx, id, { currency: 'USD', startsAt: new Date(0) })).id;
});
afterAll(() => api.close());

const item = (id: string, given: Parameters<typeof cardItem>[2] = {}) => cardItem(id, 'C-1', { currency: 'USD', ...given });
const post = (body: object, headers?: Record<string, string>) => api.call<CardBatch>('POST', '/cashback/batches', body, headers);
const get = <Data>(path: string) => api.call<Data>('GET', `/cashback/${path}`);

test('gives each line its verdict, exact from text or number, and its present state on a repeat (C5.1, C5.7, A.2.2)', async () => {
  const body = {
    request_id: 1644474347,
    transactions: [
      item('p-1', { amount: 250.5, date: 1_763_750_400 }),
      item('p-2', { amount: '0.105' }),
      item('p-3', { currency: 'EUR' }),
      { id: 'p-4' },
      'nonsense',
      item('p-5', { card: { bin: '4111111111111111' } }),
      item('p-6', { metadata: { note: 'card 4111 1111 1111 1111' } }),
      item('p-7', { date: '2099-01-01T00:00:00Z' }),
      { ...cardRefund('r-1', 'C-1', 'p-8', '50.00', { currency: 'USD' }) },
    ],
  };
  const first = await post(body);
  expect(first.status).toBe(200);
  const { items, ...counts } = first.body.data;
  expect(counts).toEqual({ request_id: 1644474347, processed: 9, rewarded: 1, no_offer: 1, pending_match: 1, duplicates: 0, rejected: 6 });
  expect(items[0]).toMatchObject({
    ...{ id: 'p-1', status: 'rewarded', member_reference: 'C-1', cashback: { amount: '12.53', currency: 'USD' } },
    ...{
      offer: { id: offerId, kind: 'recurring', rate_bps: 500 },
      conciliation: { status: 'scheduled', window_id: expect.stringMatching(/^W-/) },
    },
  });
  expect(items.slice(1).map(({ reason }) => reason)).toEqual([
    ...['validation_error', 'other_currency', 'validation_error', 'validation_error', 'validation_error', 'validation_error'],
    ...['date_in_future', 'purchase_unknown'],
  ]);
  expect(JSON.stringify(first.body)).not.toMatch(/4111/);
  await post({ request_id: 'late', transactions: [item('p-8')] });
  const again = await post(body);
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(again.body.data.items[8]).toMatchObject({ id: 'r-1', status: 'rewarded', cashback: { amount: '-2.50' } });
  expect((await get<CardBatch>('batches/1644474347')).body.data).toEqual(again.body.data);
  expect((await post({ ...body, transactions: [item('p-9')] })).body.code).toBe('idempotency_key_reused');
  const single = await get<CardBatch>(`batches/${items[0]!.transaction_id}`);
  expect(single.body.data).toMatchObject({ processed: 1, items: [items[0]] });
  expect((await get('batches/none')).status).toBe(404);
});

test('an empty list is 400, more than 5,000 lines are 413 (C5.7)', async () => {
  expect((await post({ request_id: 'e', transactions: [] })).status).toBe(400);
  expect((await post({ request_id: 'e', transactions: {} })).status).toBe(400);
  expect((await post({ request_id: -1, transactions: [item('e')] })).status).toBe(400);
  const tooMany = await post({ request_id: 'e', transactions: Array.from({ length: 5_001 }, (_, n) => item(`m-${n}`)) });
  expect([tooMany.status, tooMany.body.code]).toEqual([413, 'payload_too_large']);
});

test('one request id sent five times at once: one effect, the others replay or are told to wait (C5.4, IDM-04)', async () => {
  const body = {
    request_id: 'par',
    transactions: Array.from({ length: 100 }, (_, n) => item(`q-${n}`, { member_reference: `Q-${n % 9}` })),
  };
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(body)));
  expect(answers.every(({ status, headers }) => status === 200 || (status === 409 && headers['retry-after'] === '1'))).toBe(true);
  const done = answers.filter(({ status }) => status === 200);
  expect(new Set(done.map(({ body: { data } }) => JSON.stringify(data))).size).toBe(1);
  expect((await get<CardBatch>('batches/par')).body.data).toMatchObject({ rewarded: 100, duplicates: 0 });
});

test('more batches at once than there are connections wait for each other, and keep nobody else waiting (C5.4, TEN-09)', async () => {
  const other = api.as(await openIntegrator(api.app));
  const owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  const waiters = async (): Promise<number> =>
    (await owner.query(`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`)).rows[0].n;
  try {
    await owner.query('begin');
    await owner.query(`select pg_advisory_xact_lock(hashtextextended('cashback ' || $1::text, 0))`, [api.integrator.ctx.tenantId]);
    const all = Array.from({ length: 12 }, (_, n) => post({ request_id: `w-${n}`, transactions: [item(`w-${n}`)] }));
    await until(async () => (await waiters()) > 0);
    expect((await other('POST', '/cashback/batches', { request_id: 'w', transactions: [item('w')] })).status).toBe(200);
    const twice = await post({ request_id: 'w-11', transactions: [item('w-11')] });
    expect([twice.status, twice.body.code, twice.headers['retry-after']]).toEqual([409, 'idempotency_in_progress', '1']);
    expect(await waiters()).toBe(1);
    await owner.query('rollback');
    expect((await Promise.all(all)).map(({ status, body }) => [status, body.data.rewarded])).toEqual(all.map(() => [200, 1]));
  } finally {
    await owner.end();
  }
});

test('card transactions are listed by filters and pages, newest first, and read one by one', async () => {
  await post({ request_id: 'list', transactions: ['l-1', 'l-2', 'l-3'].map((id) => item(id, { member_reference: 'L' })) });
  const first = await get<ShownCardTransaction[]>(
    'transactions?member_reference=L&page_size=2&verdict=rewarded&type=purchase&state=scheduled',
  );
  expect(first.body.data.map(({ reference }) => reference)).toEqual(['l-3', 'l-2']);
  const cursor = first.body.meta.pagination.next_cursor!;
  const rest = await get<ShownCardTransaction[]>(`transactions?member_reference=L&page_size=2&cursor=${cursor}`);
  expect(rest.body.data.map(({ reference }) => reference)).toEqual(['l-1']);
  const [{ id, merchant, member_id: memberId }] = rest.body.data as [ShownCardTransaction];
  const asked = `merchant_id=${merchant.id}&member_id=${memberId}&offer_id=${offerId}&reference=l-1&from=2025-01-01T00:00:00Z&to=2025-12-01T00:00:00Z`;
  expect((await get<ShownCardTransaction[]>(`transactions?${asked}`)).body.data).toEqual(rest.body.data);
  expect((await get<ShownCardTransaction>(`transactions/${id}`)).body.data).toEqual(rest.body.data[0]);
  expect((await get<ShownCardTransaction[]>('transactions?reason=merchant_unknown')).body.data).toEqual([]);
  expect((await get(`transactions/${offerId}`)).status).toBe(404);
  expect((await get('transactions?state=lost')).status).toBe(400);
});

test("a member sees their own card transactions and how they stand, without what is the institution's, and nothing of anybody else", async () => {
  const of = (id: string, member: string, given: object = {}) =>
    cardItem(id, member, { currency: 'USD', metadata: { note: 'vip' }, ...given });
  const transactions = [of('m-1', 'M-1'), of('m-2', 'M-1', { status: 'approved', amount: '40.00' }), of('m-3', 'M-2')];
  const { items } = (await post({ request_id: 'members', transactions })).body.data;
  const [own, , other] = items as unknown as [
    { transaction_id: string; member_id: string },
    object,
    { transaction_id: string; member_id: string },
  ];
  const { body } = await api.call<{ access_token: string }>('POST', `/members/${own.member_id}/token`, {});
  const headers = { authorization: `Bearer ${body.data.access_token}` };
  const ask = <Data>(path: string) => api.call<Data>('GET', path, undefined, headers);
  const list = (await ask<ShownCardTransaction[]>('/cashback/transactions')).body.data;
  const hidden = { charge: null, institution_part: null, platform_part: null, metadata: null, authorization_code: null };
  expect(list).toMatchObject([
    { reference: 'm-2', cashback: { amount: '2.00' }, conciliation: { status: 'pending' }, ...hidden },
    { reference: 'm-1', cashback: { amount: '5.00' }, conciliation: { status: 'scheduled' }, ...hidden },
  ]);
  expect((await ask(`/cashback/transactions/${own.transaction_id}`)).body.data).toEqual(list[1]);
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const standing = { member_id: own.member_id, currency: 'USD', pending: usd('2.00'), on_the_way: usd('5.00'), owed: usd('0.00') };
  const balances = `/members/${own.member_id}/cashback-balances`;
  expect((await ask(balances)).body.data).toEqual([{ ...standing, paid_out: usd('0.00') }]);
  expect((await api.call('GET', balances)).body.data).toEqual([{ ...standing, paid_out: usd('0.00') }]);
  for (const path of [
    `/cashback/transactions/${other.transaction_id}`,
    `/cashback/transactions?member_id=${other.member_id}`,
    `/members/${other.member_id}/cashback-balances`,
  ])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  expect((await ask<ShownCardTransaction[]>('/cashback/transactions?member_reference=M-2')).body.data).toEqual([]);
  expect((await ask('/cashback/batches/members')).status).toBe(403);
  expect((await api.call('GET', `/members/${own.transaction_id}/cashback-balances`)).status).toBe(404);
});
