import { RefreshSegment } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom, openProgram } from '../../../../test/support/loyalty.js';

interface Segment {
  id: string;
  members: number;
}

let api: AdminApi;
beforeAll(async () => void (api = await startAdminApi()));
afterAll(() => api?.close());

async function openSegments() {
  const ctx = await openTenant(api.uow, { currency: 'USD' });
  const program = await openProgram(api.uow, ctx);
  await api.uow.run(ctx, (tx) => loyaltyRoom().postPoints.execute(tx, [earnFact('M-1', 50), earnFact('M-2', 500), earnFact('M-3', 5)]));
  const { call } = await api.person(ctx, 'tenant_admin');
  return { ctx, program, call };
}
const RICH = { field: 'balance', op: 'gte', value: 50 };

test('a segment is previewed, defined, computed, listed, changed and removed', async () => {
  const { ctx, program, call } = await openSegments();
  expect((await call('POST', '/segments/preview', { definition: RICH })).body.data).toMatchObject({
    members: 2,
    sample: [{ reference: 'M-1' }, { reference: 'M-2' }],
  });
  const made = await call<Segment>('POST', '/segments', { code: 'rich', name: 'Rich', definition: RICH });
  expect(made).toMatchObject({ status: 201, body: { data: { members: 0, computed_at: null, definition: RICH } } });
  const { id } = made.body.data;
  expect(await api.ask(`select payload from job_outbox where name = 'refresh-segment'`)).toEqual([{ payload: { segment_id: id } }]);
  const compute = () => api.uow.run(ctx, (tx) => new RefreshSegment().execute(tx, id));
  expect(await compute()).toBe(2);
  const first = await call<{ reference: string }[]>('GET', `/segments/${id}/members?page_size=1`);
  expect(first.body.data).toMatchObject([{ reference: 'M-1' }]);
  const rest = await call<object[]>('GET', `/segments/${id}/members?cursor=${first.body.meta.pagination.next_cursor}`);
  expect(rest.body.data).toMatchObject([{ reference: 'M-2' }]);
  expect((await call<Segment[]>('GET', '/segments?search=ric')).body.data).toMatchObject([{ id, members: 2 }]);
  await call('PATCH', `/segments/${id}`, { name: 'Very rich', description: 'x', definition: { ...RICH, value: '100.00' } });
  expect(await compute()).toBe(1);
  expect((await call('GET', `/segments/${id}`)).body.data).toMatchObject({
    name: 'Very rich',
    members: 1,
    definition: { value: '100.00' },
  });

  const rule = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
  await api.ask(
    `with r as (insert into earning_rule (tenant_id, id, program_id, code, created_at, updated_at) values ($1, $2, $3, 'vip-bonus', now(), now()))
     insert into earning_rule_version (tenant_id, rule_id, version, status, definition, edited_by, edited_at)
     values ($1, $2, 1, 'draft', '{"conditions":{"segment":{"not_in":["rich"]}}}', 'user:x', now())`,
    [ctx.tenantId, rule, program.id],
  );
  expect((await call('DELETE', `/segments/${id}`)).body).toMatchObject({ code: 'segment_in_use', errors: { rules: ['vip-bonus'] } });
  await api.ask(`update earning_rule set status = 'archived' where id = $1`, [rule]);
  expect((await call('DELETE', `/segments/${id}`)).status).toBe(200);
  expect((await call('GET', `/segments/${id}`)).status).toBe(404);
});

test('what is no segment is refused, naming what is wrong', async () => {
  const { call } = await openSegments();
  const make = async (body: object) => {
    const { status, body: said } = await call('POST', '/segments', { code: 'a', name: 'A', definition: RICH, ...body });
    return [status, said.code, Object.keys(said.errors ?? {})];
  };
  expect(await make({ definition: { all: [RICH, { field: 'email', op: 'eq', value: 'x' }] } })).toEqual([
    400,
    'validation_error',
    ['definition.all.1.field'],
  ]);
  expect(await make({ definition: [] })).toEqual([400, 'validation_error', ['definition']]);
  expect(await make({ definition: { field: 'attribute', code: 'city', op: 'eq', value: 'Pune' } })).toEqual([
    400,
    'validation_error',
    ['definition'],
  ]);
  const elsewhere = { ...RICH, program_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' };
  expect(await make({ definition: elsewhere })).toEqual([400, 'validation_error', ['definition']]);
  expect((await call('POST', '/segments/preview', { definition: elsewhere })).status).toBe(400);
  expect(await make({ code: 'no spaces' })).toEqual([400, 'validation_error', ['code']]);
  expect((await make({}))[0]).toBe(201);
  expect(await make({})).toEqual([409, 'duplicate', ['code']]);
});

test('another tenant finds nothing, and who may only read changes nothing (AZN-01, AZN-02)', async () => {
  const { ctx, call } = await openSegments();
  const { id } = (await call<Segment>('POST', '/segments', { code: 'rich', name: 'Rich', definition: RICH })).body.data;
  const stranger = await openSegments();
  for (const [method, path, body] of [
    ['GET', `/segments/${id}`, undefined],
    ['PATCH', `/segments/${id}`, { name: 'Mine' }],
    ['DELETE', `/segments/${id}`, undefined],
    ['GET', `/segments/${id}/members`, undefined],
  ] as const)
    expect([method, path, (await stranger.call(method, path, body)).status]).toEqual([method, path, 404]);
  expect((await stranger.call<Segment[]>('GET', '/segments')).body.data).toEqual([]);
  const auditor = await api.person(ctx, 'auditor');
  expect((await auditor.call('POST', '/segments', { code: 'b', name: 'B', definition: RICH })).status).toBe(403);
  expect((await auditor.call('GET', '/segments?page_size=0')).status).toBe(400);
});
