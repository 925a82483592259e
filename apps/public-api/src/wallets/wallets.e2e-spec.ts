import { Mail, type MailOrder } from '@tallystick/platform';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

interface Wallet {
  id: string;
  owner: { id: string };
  balance: number;
}
interface Posted {
  id: string;
  wallet_id: string;
  member_id: string;
}

const UNKNOWN = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
let api: PublicApi;
let ann: Posted;
let bo: Posted;
beforeAll(async () => {
  api = await startPublicApi({ expiry_policy: { type: 'rolling', months: 2 } });
  const earn = async (member: string): Promise<Posted> => {
    await api.call('POST', '/members', { reference: member });
    return (await api.call<Posted>('POST', '/points/earn', { member_reference: member, reference: `first-${member}`, points: 100 })).body
      .data;
  };
  [ann, bo] = [await earn('ANN'), await earn('BO')];
});
afterAll(() => api.close());

const transfer = (from: string, to: string, points: unknown, rest: object = {}, key?: string) =>
  api.call('POST', '/wallets/transfer', { from_wallet_id: from, to_wallet_id: to, points, ...rest }, key ? { 'idempotency-key': key } : {});
const lotDates = async (wallet: string) =>
  (await api.call<{ expires_at: string; remaining: number }[]>('GET', `/wallets/${wallet}/lots?open=true`)).body.data;

test('a transfer between wallets keeps the dates of the points, and happens once (C10.12)', async () => {
  const [lot] = await lotDates(ann.wallet_id);
  const first = await transfer(ann.wallet_id, bo.wallet_id, 30, { note: 'Happy birthday' }, 'gift-1');
  expect(first.body.data).toMatchObject({ type: 'transfer_out', points: 30, balance_after: 70, narration: 'Happy birthday' });
  const again = await transfer(ann.wallet_id, bo.wallet_id, 30, { note: 'Happy birthday' }, 'gift-1');
  expect([again.status, again.headers['idempotent-replayed'], again.body.data]).toEqual([201, 'true', first.body.data]);
  expect((await lotDates(bo.wallet_id)).find(({ remaining }) => remaining === 30)).toMatchObject({ expires_at: lot!.expires_at });
  const moved = { reference: 'GIFT-2' };
  expect([
    (await transfer(ann.wallet_id, bo.wallet_id, 5, moved)).status,
    (await transfer(ann.wallet_id, bo.wallet_id, 5, moved)).status,
  ]).toEqual([201, 201]);
  expect((await api.call<Wallet>('GET', `/wallets/${ann.wallet_id}`)).body.data.balance).toBe(65);
});

test('a code that is given confirms a transfer once, and is used up by none that is refused', async () => {
  await api.call('PATCH', `/members/${ann.member_id}`, { email: 'ann@example.com' });
  await api.call('POST', `/members/${ann.member_id}/otp/request`, { type: 'POINTTRANSFERCONFIRM', channel: 'email' });
  const [mail] = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query<{ payload: MailOrder }>(
      `select payload from job_outbox where tenant_id = $1 and name = 'send-mail' order by id desc limit 1`,
      [tx.ctx.tenantId],
    ),
  );
  const otp = String(api.app.nest.get(Mail, { strict: false }).open(mail!.payload).code);
  const wrong = otp === '000000' ? '000001' : '000000';
  const sent = (points: number, code: string, key?: string) => transfer(ann.wallet_id, bo.wallet_id, points, { otp: code }, key);
  expect((await sent(1, wrong)).body.code).toBe('otp_invalid');
  expect((await sent(1_000, otp)).body.code).toBe('insufficient_balance');
  expect((await sent(1, otp, 'coded-1')).status).toBe(201);
  expect((await sent(1, otp, 'coded-1')).status).toBe(201);
  expect((await sent(1, otp)).body.code).toBe('otp_invalid');
  await transfer(bo.wallet_id, ann.wallet_id, 1);
});

test('a transfer is refused to the same wallet, an unknown one, and beyond what is there', async () => {
  expect(await transfer(ann.wallet_id, ann.wallet_id.toUpperCase(), 1)).toMatchObject({ status: 400 });
  expect((await transfer(UNKNOWN, bo.wallet_id, 1)).body).toMatchObject({
    code: 'not_found',
    errors: { from_wallet_id: ['No such wallet.'] },
  });
  expect((await transfer(ann.wallet_id, UNKNOWN, 1)).body).toMatchObject({
    code: 'not_found',
    errors: { to_wallet_id: ['No such wallet.'] },
  });
  expect((await transfer(ann.wallet_id, bo.wallet_id, 66)).body).toMatchObject({ code: 'insufficient_balance', errors: { available: 65 } });
  for (const points of [0, -1, '1.5', 'all', null]) expect((await transfer(ann.wallet_id, bo.wallet_id, points)).status).toBe(400);
});

test('wallets are listed by cursor or by page, and tell their balance, lots, statement and schedule', async () => {
  const list = (query: string) => api.call<Wallet[]>('GET', `/wallets?${query}`);
  const first = await list('page_size=1');
  const second = await list(`page_size=1&cursor=${first.body.meta.pagination.next_cursor}`);
  const ids = [...first.body.data, ...second.body.data].map(({ id }) => id);
  expect(ids.sort()).toEqual([ann.wallet_id, bo.wallet_id].sort());
  const page = await list('page=2&page_size=1');
  expect(page.body).toMatchObject({ data: second.body.data, meta: { pagination: { page: 2, total: 2, total_pages: 2, has_next: false } } });
  expect((await list('page=2&page_size=1&cursor=x')).status).toBe(400);
  expect((await list(`member_id=${bo.member_id}`)).body.data).toMatchObject([{ owner: { id: bo.member_id } }]);
  const look = (view: string) => api.call('GET', `/wallets/${bo.wallet_id}/${view}`);
  expect((await look('balance')).body.data).toMatchObject({ member_id: bo.member_id, posted: 135, available: 135 });
  expect((await look('balance?as_of=2020-01-01T00:00:00Z')).body.data).toMatchObject({ posted: 0 });
  expect((await look('statement?page_size=2')).body).toMatchObject({
    data: { closing: 135, totals: { earned: 100, transferred: 35 }, entries: [{ type: 'earn' }, { type: 'transfer_in' }] },
    meta: { pagination: { has_next: true } },
  });
  expect((await look('summary?by=month')).body.data).toMatchObject({
    opening: 0,
    closing: 135,
    totals: { earned: 0, bonus: 100, transferred: 35 },
    months: [{ closing: 135, bonus: 100 }],
  });
  expect((await look('summary?from=2020-01-01&to=2020-12-31')).body.data).toMatchObject({ opening: 0, closing: 0, totals: { bonus: 0 } });
  for (const query of ['by=day', 'from=soon', 'from=2026-01-02&to=2026-01-01']) expect((await look(`summary?${query}`)).status).toBe(400);
  const headers = api.integrator.headers;
  const csv = (id: string) => api.app.nest.inject({ url: `/api/v1/wallets/${id}/statement/export`, headers });
  const statement = await csv(bo.wallet_id);
  expect([statement.statusCode, statement.body.trimEnd().split('\r\n').length]).toEqual([200, 6]);
  expect((await csv(UNKNOWN)).statusCode).toBe(404);
  expect((await look('expiry-schedule')).body.data).toMatchObject([{ points: 135 }]);
  for (const view of ['', '/balance', '/lots', '/statement', '/summary', '/expiry-schedule'])
    expect((await api.call('GET', `/wallets/${UNKNOWN}${view}`)).status).toBe(404);
});
