import { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom } from '../../../../test/support/loyalty.js';
import { AdminApiModule } from '../admin-api.module.js';

interface Program {
  id: string;
  version: number;
  is_default: boolean;
}
interface Said<Data> {
  status: number;
  body: { code: string; data: Data; errors: Record<string, unknown>; meta: { pagination: { total: number } } };
}
type Call = <Data = Program>(method: string, path: string, body?: object) => Promise<Said<Data>>;

let database: TestDatabase;
let app: TestApp;
let uow: UnitOfWork;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => AdminApiModule.forRoot(ground), { app: 'admin-api', databaseUrl: database.appUrl });
  uow = app.nest.get(UnitOfWork, { strict: false });
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

async function openAdmin(role: 'tenant_admin' | 'auditor' = 'tenant_admin') {
  const ctx = await openTenant(uow, { currency: 'USD' });
  const { email: username, password } = await openPerson(uow, ctx, role);
  const signedIn = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username, password } });
  const { access_token } = signedIn.json<{ data: { access_token: string } }>().data;
  const call: Call = async (method, path, body) => {
    const answer = await app.nest.inject({
      method: method as 'GET',
      url: `/api/v1/rewards/programs${path}`,
      headers: { authorization: `Bearer ${access_token}` },
      ...(body && { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  return { ctx, call };
}

const PROGRAM = { name: 'Everyday points', code: 'everyday', currency: 'USD', status: 'active' };

test('a program is created, changed by version, and lists with its siblings', async () => {
  const { call } = await openAdmin();
  const made = await call('POST', '', {
    ...PROGRAM,
    points_per_unit: '1.5',
    expiry_policy: { type: 'rolling', months: 12, round_up_to: 'month' },
  });
  expect(made).toMatchObject({
    status: 201,
    body: { data: { version: 1, is_default: true, points_per_unit: '1.5', scale: 0, rounding: { mode: 'floor' } } },
  });
  const { id } = made.body.data;
  expect((await call('PATCH', `/${id}`, { name: 'Daily points' })).body.data).toMatchObject({ name: 'Daily points', version: 1 });
  expect((await call('PATCH', `/${id}`, { points_per_unit: '2' })).body.data).toMatchObject({ points_per_unit: '2', version: 2 });
  expect((await call('PUT', `/${id}`, { ...PROGRAM, name: 'Whole' })).body.data).toMatchObject({
    name: 'Whole',
    version: 3,
    points_per_unit: '1',
    expiry_policy: { type: 'none' },
  });
  const second = await call('POST', '', { ...PROGRAM, code: 'second', scale: 2 });
  expect(second.body.data.is_default).toBe(false);
  expect((await call('PATCH', `/${second.body.data.id}`, { is_default: true })).body.data.is_default).toBe(true);
  expect((await call('GET', `/${id}`)).body.data.is_default).toBe(false);
  const list = await call<Program[]>('GET', '?search=whole&status=active');
  expect([list.body.meta.pagination.total, list.body.data[0]!.id]).toEqual([1, id]);
});

test('terms say how points end, what a refund takes, and how much is redeemed and earned at most', async () => {
  const { call } = await openAdmin();
  const made = await call('POST', '', {
    ...PROGRAM,
    expiry_policy: { type: 'calendar', period: 'half_year' },
    return_policy: 'allow_negative',
    redeem_limits: [
      { per: 'month', points: '500', count: 3 },
      { per: 'day', count: 1 },
    ],
  });
  expect(made.body.data).toMatchObject({
    version: 1,
    expiry_policy: { type: 'calendar', period: 'half_year' },
    return_policy: 'allow_negative',
    activation_days: 0,
    grace_days: 30,
    redeem_limits: [
      { per: 'month', points: '500', count: 3 },
      { per: 'day', points: null, count: 1 },
    ],
    earn_caps: { per_transaction: null, per_day: null, per_month: null, per_member: null },
    approval_threshold: null,
    otp_threshold: null,
    otp_for_integrators: false,
  });
  const changes = {
    expiry_policy: { type: 'sliding', months: 6 },
    activation_days: 14,
    grace_days: 7,
    redeem_limits: [],
    earn_caps: { per_day: '1000' },
    approval_threshold: '250',
    otp_threshold: '5000',
    otp_for_integrators: true,
  };
  expect((await call('PATCH', `/${made.body.data.id}`, changes)).body.data).toMatchObject({
    ...changes,
    version: 2,
    return_policy: 'allow_negative',
    earn_caps: { per_transaction: null, per_day: '1000', per_month: null, per_member: null },
  });
});

test.each([
  [{ ...PROGRAM, currency: 'XXY' }, 'currency'],
  [{ ...PROGRAM, points_per_unit: '-1' }, 'points_per_unit'],
  [{ ...PROGRAM, min_redeem: '10', max_redeem: '5' }, 'max_redeem'],
  [{ ...PROGRAM, min_redeem: '0.5' }, 'min_redeem'],
  [{ ...PROGRAM, starts_at: '2026-02-01T00:00:00Z', ends_at: '2026-01-01T00:00:00Z' }, 'ends_at'],
  [{ ...PROGRAM, expiry_policy: { type: 'rolling' } }, 'expiry_policy'],
  [{ ...PROGRAM, expiry_policy: { type: 'none', days: 3 } }, 'expiry_policy.days'],
  [{ ...PROGRAM, expiry_policy: { type: 'sliding', round_up_to: 'month' } }, 'expiry_policy'],
  [{ ...PROGRAM, expiry_policy: { type: 'calendar' } }, 'expiry_policy.period'],
  [{ ...PROGRAM, expiry_policy: { type: 'calendar', period: 'year', months: 2 } }, 'expiry_policy.months'],
  [{ ...PROGRAM, redeem_limits: [{ per: 'day' }] }, 'redeem_limits.0'],
  [{ ...PROGRAM, redeem_limits: [{ per: 'day', points: '0.5' }] }, 'redeem_limits.0.points'],
  [{ ...PROGRAM, redeem_limits: [1, 2].map((count) => ({ per: 'week', count })) }, 'redeem_limits.1'],
  [{ ...PROGRAM, earn_caps: { per_day: '0.5' } }, 'earn_caps.per_day'],
  [{ ...PROGRAM, approval_threshold: '0.5' }, 'approval_threshold'],
  [{ ...PROGRAM, otp_threshold: '0.5' }, 'otp_threshold'],
  [{ ...PROGRAM, activation_days: 366 }, 'activation_days'],
  [{ ...PROGRAM, activation_days: -1 }, 'activation_days'],
  [{ ...PROGRAM, scale: 5 }, 'scale'],
  [{ ...PROGRAM, code: 'no spaces' }, 'code'],
])('%j is refused naming %s', async (body, field) => {
  const { call } = await openAdmin();
  const { status, body: said } = await call('POST', '', body);
  expect([status, said.code, Object.keys(said.errors)]).toEqual([400, 'validation_error', [field]]);
});

test('what has members is ended, not deleted; unit and decimals are fixed', async () => {
  const { ctx, call } = await openAdmin();
  const { id } = (await call('POST', '', PROGRAM)).body.data;
  await uow.run(ctx, (tx) => loyaltyRoom().postPoints.execute(tx, [earnFact('M-1', 5)]));
  await uow.run(ctx, (tx) => loyaltyRoom().createMember.execute(tx, { reference: 'M-2', profile: {} }));
  const other = (await call('POST', '', { ...PROGRAM, code: 'other' })).body.data.id;
  expect((await call('DELETE', `/${id}`)).body.code).toBe('invalid_state');
  expect((await call('PATCH', `/${id}`, { currency: 'EUR' })).body.code).toBe('program_in_use');
  expect((await call('PUT', `/${id}`, { ...PROGRAM, scale: 2 })).body.code).toBe('program_in_use');
  await call('PATCH', `/${other}`, { is_default: true });
  expect((await call('DELETE', `/${id}`)).body.data).toMatchObject({ id, removed: false });
  expect((await call('GET', `/${id}`)).body.data).toMatchObject({ status: 'ended' });
  expect((await call('PATCH', `/${id}`, { status: 'active' })).body.code).toBe('invalid_state');
  const third = (await call('POST', '', { ...PROGRAM, code: 'third' })).body.data.id;
  expect((await call('DELETE', `/${third}`)).body.data).toMatchObject({ removed: true });
  expect((await call('GET', `/${third}`)).status).toBe(404);
  expect((await call('POST', '', PROGRAM)).body.code).toBe('duplicate');
});

test('another tenant, and who may only read, change nothing (AZN-01, AZN-02)', async () => {
  const { call } = await openAdmin();
  const { id } = (await call('POST', '', PROGRAM)).body.data;
  const stranger = await openAdmin();
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['PUT', PROGRAM], ['DELETE']] as const) {
    expect([method, (await stranger.call(method, `/${id}`, body)).status]).toEqual([method, 404]);
  }
  expect((await stranger.call<Program[]>('GET', '')).body.data).toEqual([]);
  const auditor = await openAdmin('auditor');
  expect((await auditor.call('POST', '', PROGRAM)).status).toBe(403);
  expect((await auditor.call('GET', '?page_size=0')).status).toBe(400);
});
