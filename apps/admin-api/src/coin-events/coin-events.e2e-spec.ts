import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom, openProgram } from '../../../../test/support/loyalty.js';

interface Row {
  id: string;
  code: string;
  version: number;
  company_id: string | null;
  amount: number;
  card_account_id: string;
}

let api: AdminApi;
beforeAll(async () => (api = await startAdminApi()));
afterAll(() => api?.close());

async function openAdmin(role = 'tenant_admin'): Promise<AdminCaller & { memberId: string }> {
  const ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx);
  const [outcome] = await api.uow.run(ctx, (tx) => loyaltyRoom().postPoints.execute(tx, [earnFact('CUST-1', 5)]));
  return { ...(await api.person(ctx, role)), memberId: (outcome as { shown: { member_id: string } }).shown.member_id };
}

const DEFAULT = { configuration: 'DEFAULT', event: 'REFERRAL_EVENT', amount: 50 };

test('an event is configured for all companies and for one, changed and removed', async () => {
  const { call } = await openAdmin();
  expect((await call('POST', '/coin-companies', { company_id: 'CEK0TCW2W8', name: 'Traders' })).status).toBe(201);
  const made = await call<Row>('POST', '/coin-events', DEFAULT);
  expect(made).toMatchObject({
    status: 201,
    body: { data: { ...DEFAULT, company_id: null, version: 1, code: expect.stringMatching(/^WCC/) } },
  });
  const custom = await call<Row>('POST', '/coin-events', { ...DEFAULT, configuration: 'CUSTOM', company_id: 'CEK0TCW2W8', amount: 80 });
  const { id } = custom.body.data;
  expect((await call('PATCH', `/coin-events/${id}`, { amount: 90 })).body.data).toMatchObject({
    amount: 90,
    version: 2,
    company_id: 'CEK0TCW2W8',
  });
  expect((await call<Row>('GET', `/coin-events/${id}`)).body.data).toMatchObject({ id, amount: 90, version: 2 });
  expect((await call<Row[]>('GET', '/coin-events?event=REFERRAL_EVENT')).body.data.map(({ amount }) => amount)).toEqual([50, 90]);
  expect((await call<Row[]>('GET', '/coin-events?company_id=CEK0TCW2W8')).body.meta.pagination.total).toBe(1);
  expect((await call('DELETE', `/coin-events/${made.body.data.id}`)).status).toBe(200);
  expect((await call('PATCH', `/coin-events/${id}`, { configuration: 'DEFAULT' })).body.data).toMatchObject({
    company_id: null,
    version: 3,
  });
  expect((await call('GET', `/coin-events/${made.body.data.id}`)).status).toBe(404);
});

test.each([
  [{ ...DEFAULT, company_id: 'CEK0TCW2W8' }, 400, 'validation_error', 'company_id'],
  [{ ...DEFAULT, configuration: 'CUSTOM' }, 400, 'validation_error', 'company_id'],
  [{ ...DEFAULT, configuration: 'CUSTOM', company_id: 'CEK9999' }, 404, 'not_found', 'company_id'],
  [{ ...DEFAULT, amount: 0 }, 400, 'validation_error', 'amount'],
  [{ ...DEFAULT, amount: 1.5 }, 400, 'validation_error', 'amount'],
  [{ ...DEFAULT, event: 'TAKEN' }, 409, 'duplicate', 'event'],
])('%j is refused with %s', async (body, status, code, field) => {
  const { call } = await openAdmin();
  await call('POST', '/coin-events', { ...DEFAULT, event: 'TAKEN' });
  const said = await call('POST', '/coin-events', body);
  expect([said.status, said.body.code, Object.keys(said.body.errors)]).toEqual([status, code, [field]]);
});

test('a company is opened under an id of its own or a new one, and has users, each a member of one company', async () => {
  const { call, memberId } = await openAdmin();
  const made = await call<Row>('POST', '/coin-companies', {});
  expect(made.body.data).toMatchObject({ id: expect.stringMatching(/^CEK/), card_account_id: expect.stringMatching(/^CAQ/) });
  const { id } = made.body.data;
  expect((await call('POST', '/coin-companies', { company_id: id })).body.code).toBe('duplicate');
  expect((await call('PATCH', `/coin-companies/${id}`, { name: 'Renamed' })).body.data).toMatchObject({ name: 'Renamed' });
  expect((await call<Row[]>('GET', '/coin-companies')).body.data).toMatchObject([{ id, name: 'Renamed' }]);
  expect((await call<Row>('GET', `/coin-companies/${id}`)).body.data).toMatchObject({ id, name: 'Renamed' });
  const user = { member_id: memberId, user_id: 'EKQZVMQK' };
  expect((await call('POST', `/coin-companies/${id}/users`, user)).body.data).toMatchObject({
    id: 'EKQZVMQK',
    member_id: memberId,
    company_id: id,
  });
  expect((await call('POST', `/coin-companies/${id}/users`, { member_id: memberId })).body.code).toBe('duplicate');
  expect((await call('POST', `/coin-companies/${id}/users`, { member_id: made.body.request_id })).status).toBe(404);
  expect((await call<Row[]>('GET', `/coin-companies/${id}/users`)).body.data).toMatchObject([{ id: 'EKQZVMQK' }]);
  expect((await call('GET', '/coin-companies/CEK9999')).status).toBe(404);
  expect((await call('GET', '/coin-companies/CEK9999/users')).status).toBe(404);
});

test('another tenant, and who may only read, change nothing (AZN-01, AZN-02)', async () => {
  const { call } = await openAdmin();
  const { id } = (await call<Row>('POST', '/coin-events', DEFAULT)).body.data;
  await call('POST', '/coin-companies', { company_id: 'CEK0TCW2W8' });
  const stranger = await openAdmin();
  for (const [method, body] of [['GET'], ['PATCH', { amount: 1 }], ['DELETE']] as const)
    expect([method, (await stranger.call(method, `/coin-events/${id}`, body)).status]).toEqual([method, 404]);
  expect((await stranger.call('PATCH', '/coin-companies/CEK0TCW2W8', { name: 'Mine' })).status).toBe(404);
  expect((await stranger.call<Row[]>('GET', '/coin-companies')).body.data).toEqual([]);
  const auditor = await openAdmin('auditor');
  expect((await auditor.call('POST', '/coin-events', DEFAULT)).status).toBe(403);
  expect((await auditor.call('GET', '/coin-events')).status).toBe(200);
});
