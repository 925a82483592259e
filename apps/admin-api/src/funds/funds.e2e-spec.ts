import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom, openProgram } from '../../../../test/support/loyalty.js';

let api: AdminApi;
beforeAll(async () => (api = await startAdminApi()));
afterAll(() => api?.close());

async function openAdmin(role = 'tenant_admin'): Promise<AdminCaller & { memberId: string; terms: string }> {
  const ctx = await openTenant(api.uow, { currency: 'USD' });
  const { id } = await openProgram(api.uow, ctx);
  const [outcome] = await api.uow.run(ctx, (tx) => loyaltyRoom().postPoints.execute(tx, [earnFact('CUST-1', 5)]));
  const memberId = (outcome as { shown: { member_id: string } }).shown.member_id;
  return { ...(await api.person(ctx, role)), memberId, terms: `/rewards/programs/${id}/cash-redemption-configs` };
}

interface Deposit {
  id: string;
  number: number;
  reference: string;
}

const DEPOSIT = { amount: '1250.50', currency: 'USD', reference: 'UTR-1' };

test('money is added once for each reference, and listed', async () => {
  const { call } = await openAdmin();
  const first = await call<Deposit>('POST', '/funds/deposits', { ...DEPOSIT, narration: 'March' });
  expect(first).toMatchObject({ status: 201, body: { data: { ...DEPOSIT, narration: 'March' } } });
  const again = await call<Deposit>('POST', '/funds/deposits', { ...DEPOSIT, amount: 1250.5 });
  expect([again.body.data.id, again.headers['idempotent-replayed']]).toEqual([first.body.data.id, 'true']);
  expect((await call('POST', '/funds/deposits', { ...DEPOSIT, amount: '1.00' })).body.code).toBe('idempotency_key_reused');
  await call('POST', '/funds/deposits', { amount: '300', currency: 'JPY', reference: 'UTR-2' });
  expect((await call('GET', '/funds')).body.data).toEqual([
    { currency: 'JPY', available: '300' },
    { currency: 'USD', available: '1250.50' },
  ]);
  const page = await call<Deposit[]>('GET', '/funds/deposits?page_size=1');
  const next = await call<Deposit[]>('GET', `/funds/deposits?page_size=1&cursor=${page.body.meta.pagination.next_cursor}`);
  expect([...page.body.data, ...next.body.data].map(({ reference }) => reference)).toEqual(['UTR-2', 'UTR-1']);
  expect((await call('POST', '/funds/deposits', { amount: '0.5', currency: 'JPY', reference: 'UTR-3' })).body.errors).toHaveProperty(
    'amount',
  );
  expect((await call('POST', '/funds/deposits', { amount: '99999999999999', currency: 'USD', reference: 'UTR-3' })).status).toBe(400);
});

const TERMS = { user_type: 'customer', currency: 'USD', points: '100', value: '25', min_points: '10' };

test('the terms of redemption are set, changed by version and removed', async () => {
  const { call, terms } = await openAdmin();
  const made = await call<{ id: string }>('POST', terms, TERMS);
  expect(made).toMatchObject({
    status: 201,
    body: { data: { points: '100', value: '25.000000', redeem_cycle: 'month', active: true, version: 1 } },
  });
  const one = `${terms}/${made.body.data.id}`;
  expect((await call('POST', terms, TERMS)).body.code).toBe('duplicate');
  expect((await call('PATCH', one, { value: '30', min_points: null, max_points_per_cycle: '500' })).body.data).toMatchObject({
    value: '30.000000',
    min_points: null,
    max_points_per_cycle: '500',
    version: 2,
  });
  expect((await call('GET', one)).body.data).toMatchObject({ version: 2 });
  expect((await call('GET', terms)).body.data).toHaveLength(1);
  expect((await call('DELETE', one)).status).toBe(200);
  expect((await call('GET', one)).status).toBe(404);
});

test('points that go by themselves: from how many on and in which steps, to one currency for each kind of user', async () => {
  const { call, terms } = await openAdmin();
  const automatic = { at_points: '100', step_points: '50' };
  const made = await call<{ id: string }>('POST', terms, { ...TERMS, automatic });
  expect(made.body.data).toMatchObject({ automatic });
  const second = await call<{ id: string }>('POST', terms, { ...TERMS, currency: 'EUR' });
  expect(second.body.data).toMatchObject({ automatic: null });
  const [one, other] = [made, second].map(({ body }) => `${terms}/${body.data.id}`);
  expect((await call('PATCH', other!, { automatic })).body).toMatchObject({
    code: 'duplicate',
    errors: { automatic: [expect.any(String)] },
  });
  expect((await call('PATCH', one!, { automatic: null })).body.data).toMatchObject({ automatic: null, version: 2 });
  expect((await call('PATCH', other!, { automatic })).body.data).toMatchObject({ automatic });
});

test.each([
  [{ ...TERMS, automatic: { at_points: '10', step_points: '11' } }, 'automatic.step_points'],
  [{ ...TERMS, automatic: { at_points: '0', step_points: '1' } }, 'automatic.at_points'],
  [{ ...TERMS, points: '0' }, 'points'],
  [{ ...TERMS, value: '0.0' }, 'value'],
  [{ ...TERMS, min_points: '0.5' }, 'min_points'],
  [{ ...TERMS, min_points: '10', max_points: '5' }, 'max_points'],
  [{ ...TERMS, currency: 'XXY' }, 'currency'],
  [{ ...TERMS, user_type: 'admin' }, 'user_type'],
])('%j is refused naming %s', async (body, field) => {
  const { call, terms } = await openAdmin();
  const said = await call('POST', terms, body);
  expect([said.status, Object.keys(said.body.errors)]).toEqual([400, [field]]);
});

test('a member is a customer until the tenant says otherwise', async () => {
  const { call, memberId } = await openAdmin();
  const path = `/members/${memberId}/cash-user-type`;
  expect((await call('GET', path)).body.data).toEqual({ user_type: 'customer' });
  expect((await call('PUT', path, { user_type: 'agent' })).body.data).toEqual({ user_type: 'agent' });
  expect((await call('GET', path)).body.data).toEqual({ user_type: 'agent' });
  expect((await (await openAdmin()).call('PUT', path, { user_type: 'agent' })).status).toBe(404);
});

test('another tenant, and who may only read, change nothing (AZN-01, AZN-02)', async () => {
  const { call, terms } = await openAdmin();
  const one = `${terms}/${(await call<{ id: string }>('POST', terms, TERMS)).body.data.id}`;
  await call('POST', '/funds/deposits', DEPOSIT);
  const stranger = await openAdmin();
  for (const [method, path, body] of [
    ['GET', one],
    ['PATCH', one, { value: '1' }],
    ['DELETE', one],
    ['POST', terms, TERMS],
    ['GET', terms],
  ] as const)
    expect([method, (await stranger.call(method, path, body)).status]).toEqual([method, 404]);
  expect((await stranger.call('GET', '/funds')).body.data).toEqual([]);
  const auditor = await openAdmin('auditor');
  expect((await auditor.call('POST', '/funds/deposits', DEPOSIT)).status).toBe(403);
  expect((await auditor.call('GET', '/funds')).status).toBe(200);
});
