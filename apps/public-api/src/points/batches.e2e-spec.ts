import pg from 'pg';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';
import { until } from '../../../../test/support/receiver.js';

interface Batch {
  request_id: string | number;
  accepted: number;
  duplicates: number;
  rejected: number;
  points: number;
  items: { id: string | null; status: string; points: number; code?: string; reason?: string }[];
}

let api: PublicApi;
beforeAll(async () => void (api = await startPublicApi()));
afterAll(() => api.close());

const item = (id: string, rest: object = {}) => ({
  id,
  type: 'purchase',
  member_reference: 'B-1',
  amount: '10.50',
  currency: 'USD',
  occurred_at: '1997-01-01T00:00:00Z',
  ...rest,
});
const post = (body: object, headers?: Record<string, string>) => api.call<Batch>('POST', '/points/batches', body, headers);

test('gives each line its verdict, and the same again on a repeat (C5.1, C5.7)', async () => {
  const body = {
    request_id: 7,
    transactions: [
      item('p-1'),
      item('p-2', { amount: 0.3 }),
      item('p-3', { amount: '1.234' }),
      item('p-4', { currency: 'EUR' }),
      { id: 'p-5' },
      'nonsense',
      item('p-6', { extra: 1 }),
      item('r-1', { type: 'refund' }),
    ],
  };
  const first = await post(body);
  expect(first.status).toBe(200);
  expect(first.body.data).toMatchObject({ request_id: 7, processed: 8, accepted: 2, duplicates: 0, rejected: 6, points: 10 });
  expect(
    first.body.data.items.slice(2).every(({ status, code, reason }) => status === 'rejected' && code === 'validation_error' && reason),
  ).toBe(true);
  const again = await post(body);
  expect([again.headers['idempotent-replayed'], again.body.data]).toEqual(['true', first.body.data]);
  expect((await api.call<Batch>('GET', '/points/batches/7')).body.data).toEqual(first.body.data);
  expect((await post({ ...body, transactions: [item('p-9')] })).body.code).toBe('idempotency_key_reused');
});

test('an empty list is 400, more than 5,000 lines are 413 (C5.7)', async () => {
  expect((await post({ request_id: 'e', transactions: [] })).status).toBe(400);
  expect((await post({ request_id: 'e', transactions: {} })).status).toBe(400);
  const tooMany = await post({ request_id: 'e', transactions: Array.from({ length: 5_001 }, (_, n) => item(`m-${n}`)) });
  expect([tooMany.status, tooMany.body.code]).toEqual([413, 'payload_too_large']);
});

test('one request id sent five times at once: one effect, the others replay or are told to wait (C5.4)', async () => {
  const body = {
    request_id: 'par',
    transactions: Array.from({ length: 500 }, (_, n) => item(`q-${n}`, { member_reference: `Q-${n % 50}` })),
  };
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(body)));
  expect(answers.every(({ status, headers }) => status === 200 || (status === 409 && headers['retry-after'] === '1'))).toBe(true);
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThan(0);
  expect(new Set(done.map(({ body: { data } }) => JSON.stringify(data))).size).toBe(1);
  expect((await api.call<Batch>('GET', '/points/batches/par')).body.data).toMatchObject({ accepted: 500, points: 5_000 });
});

test('more batches at once than there are connections wait for each other, and keep nobody else waiting (C5.4, TEN-09)', async () => {
  const other = api.as(await openIntegrator(api.app));
  const owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  const waiters = async (): Promise<number> =>
    (await owner.query(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))
      .rows[0].n;
  try {
    await owner.query('begin');
    await owner.query('select from ledger_account where tenant_id = $1 for update', [api.integrator.ctx.tenantId]);
    const all = Array.from({ length: 12 }, (_, n) => post({ request_id: `w-${n}`, transactions: [item(`w-${n}`)] }));
    await until(async () => (await waiters()) > 0);
    expect((await other('GET', '/points/batches/w')).status).toBe(404);
    const twice = await post({ request_id: 'w-11', transactions: [item('w-11')] });
    expect([twice.status, twice.body.code, twice.headers['retry-after']]).toEqual([409, 'idempotency_in_progress', '1']);
    expect(await waiters()).toBe(1);
    await owner.query('rollback');
    expect((await Promise.all(all)).map(({ status, body }) => [status, body.data.accepted])).toEqual(all.map(() => [200, 1]));
  } finally {
    await owner.end();
  }
});

test('a batch of another client, or none, is not found', async () => {
  expect((await api.call('GET', '/points/batches/none')).status).toBe(404);
});

test('a program that does not enroll rejects strangers line by line', async () => {
  const strict = await startPublicApi({ enroll_on_first_sight: false });
  const answer = await strict.call<Batch>('POST', '/points/batches', { request_id: 's', transactions: [item('s-1')] });
  expect(answer.body.data.items[0]).toMatchObject({ status: 'rejected', code: 'not_found' });
  await strict.close();
});
