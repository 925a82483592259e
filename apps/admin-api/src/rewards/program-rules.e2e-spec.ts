import { PostPoints, ReplayRule } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openProgram } from '../../../../test/support/loyalty.js';

interface Rule {
  id: string;
  status: string;
  version: number;
  version_status: string;
  live_version: number | null;
  edited_by: string;
  approved_by: string | null;
}
interface Simulation {
  points: number;
  raw: string;
  rate: { points: number };
  rules: { code: string; applies: boolean; points: number; reasons: string[]; cuts: object[] }[];
}

let api: AdminApi;
let ctx: Awaited<ReturnType<typeof openTenant>>;
let maker: AdminCaller;
let checker: AdminCaller;
let base: string;
let programId: string;

beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  programId = (await openProgram(api.uow, ctx)).id;
  base = `/rewards/programs/${programId}/rules`;
  [maker, checker] = await Promise.all([api.person(ctx, 'tenant_admin'), api.person(ctx, 'manager')]);
});
afterAll(() => api.close());

const RULE = {
  code: 'books',
  name: 'Double on books',
  conditions: { mcc: { in: ['5942'] }, amount: { min: '10' } },
  effect: { type: 'multiplier', factor: '2' },
  caps: { per_transaction: '50' },
  budget: { total: '1000' },
};

test('a rule goes from draft through a second person into force, and out of it', async () => {
  const made = await maker.call<Rule>('POST', base, RULE);
  expect(made).toMatchObject({
    status: 201,
    body: {
      data: { status: 'draft', version: 1, version_status: 'draft', live_version: null, edited_by: `user:${maker.id}`, priority: 100 },
    },
  });
  const path = `${base}/${made.body.data.id}`;
  const act = async (who: AdminCaller, what: string) => (await who.call<Rule>('POST', `${path}/${what}`)).body;
  expect(await act(maker, 'approve')).toMatchObject({ code: 'invalid_state' });
  expect((await act(maker, 'submit')).data).toMatchObject({ version_status: 'submitted' });
  expect(await maker.call('POST', `${path}/approve`)).toMatchObject({ status: 403, body: { code: 'second_person_required' } });
  expect((await act(checker, 'approve')).data).toMatchObject({ version_status: 'approved', approved_by: `user:${checker.id}` });
  expect((await act(maker, 'publish')).data).toMatchObject({ status: 'published', live_version: 1 });
  expect(await act(maker, 'publish')).toMatchObject({ code: 'invalid_state' });

  const edited = await maker.call<Rule>('PATCH', path, { effect: { type: 'fixed', points: '5' }, caps: {} });
  expect(edited.body.data).toMatchObject({
    status: 'published',
    live_version: 1,
    version: 2,
    version_status: 'draft',
    effect: { type: 'fixed', points: '5' },
    caps: {},
    budget: { total: '1000' },
  });
  const versions = await maker.call<Rule[]>('GET', `${path}/versions`);
  expect(versions.body.data.map(({ version, version_status }) => [version, version_status])).toEqual([
    [2, 'draft'],
    [1, 'published'],
  ]);
  expect((await act(maker, 'pause')).data).toMatchObject({ status: 'paused', live_version: 1 });
  expect(await act(maker, 'pause')).toMatchObject({ code: 'invalid_state' });
  expect((await act(maker, 'resume')).data.status).toBe('published');
  expect((await maker.call<Rule[]>('GET', `${base}?status=published&search=books`)).body.data.map(({ id }) => id)).toEqual([
    made.body.data.id,
  ]);
  expect((await act(maker, 'archive')).data.status).toBe('archived');
  expect(await act(maker, 'resume')).toMatchObject({ code: 'invalid_state' });
  expect(await maker.call('PATCH', path, { priority: 1 })).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  expect((await maker.call<Rule>('GET', path)).body.data.status).toBe('archived');
});

test.each<[object, string]>([
  [{ effect: { type: 'multiplier', factor: '0.5' } }, 'effect.factor'],
  [{ effect: { type: 'multiplier' } }, 'effect.factor'],
  [{ effect: { type: 'fixed', points: '1', factor: '2' } }, 'effect.factor'],
  [{ effect: { type: 'fixed', points: '0.5' } }, 'effect.points'],
  [{ effect: { type: 'rate_tiers', basis: 'slice', tiers: [{ from: '5', points: '1', per: '1' }] } }, 'effect.tiers.0.from'],
  [{ conditions: { mcc: { in: ['59'] } } }, 'conditions.mcc.in'],
  [{ conditions: { channel: {} } }, 'conditions.channel'],
  [{ conditions: { amount: { min: '1.001' } } }, 'conditions.amount.min'],
  [{ conditions: { time_windows: [{ days: ['someday'], from: '08:00', to: '09:00' }] } }, 'conditions.time_windows.0.days'],
  [{ schedule: { starts_at: '2026-02-01T00:00:00Z', ends_at: '2026-01-01T00:00:00Z' } }, 'schedule.ends_at'],
  [{ code: 'no spaces' }, 'code'],
])('refuses %j', async (wrong, field) => {
  const answer = await maker.call('POST', base, { ...RULE, ...wrong });
  expect([answer.status, answer.body.code, Object.keys(answer.body.errors)]).toEqual([400, 'validation_error', [field]]);
});

test('a taken code, a rule of another program or tenant, and who may not are refused', async () => {
  const { id } = (await maker.call<Rule>('POST', base, { ...RULE, code: 'taken' })).body.data;
  expect((await maker.call('POST', base, { ...RULE, code: 'taken' })).body.code).toBe('duplicate');
  const stranger = await api.person(await openTenant(api.uow), 'tenant_admin');
  const auditor = await api.person(ctx, 'auditor');
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['GET', '/versions'],
    ...['submit', 'approve', 'publish', 'pause', 'resume', 'archive'].map((what) => ['POST', `/${what}`]),
  ] as [string, string][]) {
    const body = method === 'PATCH' ? { priority: 1 } : undefined;
    expect((await stranger.call(method, `${base}/${id}${path}`, body)).status).toBe(404);
    expect((await auditor.call(method, `${base}/${id}${path}`, body)).status).toBe(method === 'GET' ? 200 : 403);
  }
  expect((await stranger.call('GET', base)).status).toBe(404);
  expect((await stranger.call('POST', base, RULE)).status).toBe(404);
});

test('a simulation says what each rule gives and why not, drafts when asked for, and what is posted then is the same', async () => {
  const draft = await maker.call<Rule>('POST', base, { ...RULE, code: 'draft', priority: 300 });
  await maker.call('POST', base, { ...RULE, code: 'unseen' });
  const path = `/rewards/programs/${programId}/simulate`;
  const purchase = { amount: '120.50', currency: 'USD', merchant: { mcc: '5942' } };
  const plain = await maker.call<Simulation>('POST', path, purchase);
  expect(plain).toMatchObject({ status: 200, body: { data: { points: 120, rate: { points: 120 }, rules: [] } } });
  const asked = { ...purchase, rule_ids: [draft.body.data.id] };
  expect((await maker.call<Simulation>('POST', path, asked)).body.data).toMatchObject({
    points: 170,
    rules: [{ code: 'draft', applies: true, points: 50, cuts: [{ limit: 'per_transaction', most: '50', cut: '71' }] }],
  });
  const other = { ...asked, amount: '9.00', merchant: { mcc: '5411' } };
  expect((await maker.call<Simulation>('POST', path, other)).body.data).toMatchObject({
    points: 9,
    rules: [{ applies: false, points: 0, reasons: ['The amount is below 10.', 'The merchant category 5411 is not one of those named.'] }],
  });
  for (const what of ['submit', 'approve', 'publish'])
    await (what === 'approve' ? checker : maker).call('POST', `${base}/${draft.body.data.id}/${what}`);
  const [outcome] = await api.uow.run(ctx, async (tx) => {
    await tx.query(`insert into member (tenant_id, id, reference) values ($1, gen_random_uuid(), 'CUST-1')`, [ctx.tenantId]);
    const source = { channel: 'test', requestId: 'test' };
    return api.app.nest
      .get(PostPoints, { strict: false })
      .execute(tx, [{ kind: 'earn', source, member: { reference: 'CUST-1' }, reference: 'P-1', earned: { purchase } }]);
  });
  expect(outcome).toMatchObject({ status: 'posted', shown: { points: 170 } });
  const now = await maker.call<Simulation>('POST', path, { ...purchase, member_reference: 'CUST-1' });
  expect(now.body.data).toMatchObject({ points: 170, rules: [{ code: 'draft' }] });

  const wrongs: [object, number, string][] = [
    [{ ...purchase, member_reference: 'nobody' }, 404, 'not_found'],
    [{ ...purchase, currency: 'EUR' }, 400, 'validation_error'],
    [{ ...purchase, amount: '-1' }, 400, 'validation_error'],
    [{ ...purchase, rule_ids: ['x'] }, 400, 'validation_error'],
    [{ ...purchase, rule_ids: [programId] }, 404, 'not_found'],
    [{ ...purchase, member_id: programId, member_reference: 'CUST-1' }, 400, 'validation_error'],
  ];
  for (const [body, status, code] of wrongs) expect(await maker.call('POST', path, body)).toMatchObject({ status, body: { code } });
});

test('a replay is asked for and found again; the worker does it', async () => {
  const { id } = (await maker.call<Rule>('POST', base, { ...RULE, code: 'replayed' })).body.data;
  const path = `${base}/${id}/replays`;
  const started = await maker.call<{ id: string }>('POST', path, { from: '2026-01-01T00:00:00Z' });
  expect(started).toMatchObject({
    status: 202,
    body: { data: { status: 'queued', progress: 0, report: null, rule_id: id, rule_version: 1 } },
  });
  const { id: replayId } = started.body.data;
  const jobs = await api.ask(`select payload from job_outbox where name = 'replay-rule'`);
  expect(jobs).toEqual([{ payload: { replay_id: replayId } }]);
  await api.app.nest.get(ReplayRule, { strict: false }).run(ctx, replayId);
  const found = await checker.call<{ report: object }>('GET', `${path}/${replayId}`);
  expect(found.body.data).toMatchObject({ status: 'completed', progress: 100, report: { purchases: 1, points_now: 170 } });
  expect(await maker.call('POST', path, { from: '2126-01-01T00:00:00Z' })).toMatchObject({
    status: 400,
    body: { code: 'validation_error' },
  });
  expect((await (await api.person(ctx, 'auditor')).call('POST', path, { from: '2026-01-01T00:00:00Z' })).status).toBe(403);
  expect((await maker.call('POST', `${base}/${programId}/replays`, { from: '2026-01-01T00:00:00Z' })).status).toBe(404);
  expect((await maker.call('GET', `${path}/${programId}`)).status).toBe(404);
});
