import type { TenantContext } from '@tallystick/kernel';
import { startAdminApi, type AdminApi, type AdminCall } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom, openProgram } from '../../../../test/support/loyalty.js';

interface Row {
  id: string;
  code: string;
}

let api: AdminApi;
beforeAll(async () => void (api = await startAdminApi()));
afterAll(() => api?.close());

async function openRewards() {
  const ctx = await openTenant(api.uow, { currency: 'USD' });
  const program = await openProgram(api.uow, ctx);
  const { call } = await api.person(ctx, 'tenant_admin');
  const tiers = `/rewards/programs/${program.id}/tiers`;
  const add = async (code: string, rank: number, threshold: string, rest: object = {}) =>
    call<Row>('POST', tiers, { code, name: code, rank, threshold, ...rest });
  return { ctx, program, call, tiers, add };
}
const earn = (ctx: TenantContext, member: string, points: number) =>
  api.uow.run(ctx, (tx) => loyaltyRoom().postPoints.execute(tx, [earnFact(member, points)]));
const idOf = async (call: AdminCall, tiers: string, tier: string) =>
  (await call<{ member_id: string; reference: string }[]>('GET', `${tiers}/${tier}/members`)).body.data;

test('tiers are added, changed and removed; members are told apart by what they earned', async () => {
  const { ctx, program, call, tiers, add } = await openRewards();
  const scheme = `/rewards/programs/${program.id}/tier-scheme`;
  expect((await call('GET', scheme)).body.data).toEqual({
    basis: 'points',
    period: 'calendar_year',
    period_months: null,
    validity_days: null,
    grace_days: 0,
    downgrade: 'full',
  });
  const changed = await call('PATCH', scheme, { period: 'rolling_months', period_months: 6, validity_days: 30, downgrade: 'one_down' });
  expect(changed.body.data).toMatchObject({ basis: 'points', period: 'rolling_months', period_months: 6, validity_days: 30 });
  const silver = await add('silver', 1, '100', { earn_multiplier: '1.50' });
  expect(silver).toMatchObject({ status: 201, body: { data: { threshold: '100', earn_multiplier: '1.5', members: 0 } } });
  expect((await call('GET', `${tiers}/${silver.body.data.id}`)).body.data).toMatchObject({ code: 'silver', rank: 1 });
  const gold = await add('gold', 2, '500');
  await earn(ctx, 'M-1', 150);
  await earn(ctx, 'M-2', 20);
  expect((await call<object[]>('GET', tiers)).body.data).toMatchObject([
    { code: 'silver', members: 1 },
    { code: 'gold', members: 0 },
  ]);
  const [member] = await idOf(call, tiers, silver.body.data.id);
  expect(member).toMatchObject({ reference: 'M-1', grace_until: null });
  const view = await call('GET', `/members/${member!.member_id}/tier`);
  expect(view.body.data).toMatchObject({
    tier: { code: 'silver', rank: 1, earn_multiplier: '1.5' },
    progress: '150',
    next_tier: { code: 'gold', missing: '350' },
  });
  const preview = await call('POST', `${tiers}/preview`, { tiers: [{ code: 'silver', rank: 1, threshold: '10' }] });
  expect(preview.body.data).toMatchObject({ members: 2, up: 1, down: 0 });

  const until = '2999-12-31';
  expect(
    (await call('PUT', `/members/${member!.member_id}/tier/override`, { tier: 'gold', until, reason: 'x' })).body.errors,
  ).toHaveProperty('until');
  const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  const given = await call('PUT', `/members/${member!.member_id}/tier/override`, { tier: 'gold', until: soon, reason: 'Matched' });
  expect(given.body.data).toMatchObject({ tier: { code: 'gold' }, override_until: soon, next_tier: null });
  expect((await call('DELETE', `${tiers}/${gold.body.data.id}`)).body.code).toBe('tier_in_use');
  expect((await call('DELETE', `/members/${member!.member_id}/tier/override`)).body.data).toMatchObject({ tier: { code: 'silver' } });
  expect((await call('DELETE', `/members/${member!.member_id}/tier/override`)).body.code).toBe('invalid_state');
  const history = await call<object[]>('GET', `/members/${member!.member_id}/tier/history?page_size=2`);
  expect(history.body.data).toMatchObject([
    { from: 'gold', to: 'silver', reason: 'override_ended' },
    { from: 'silver', to: 'gold', reason: 'overridden' },
  ]);
  const rest = await call<object[]>('GET', `/members/${member!.member_id}/tier/history?cursor=${history.body.meta.pagination.next_cursor}`);
  expect(rest.body.data).toMatchObject([{ from: null, to: 'silver', reason: 'entered' }]);

  expect((await call('PATCH', `${tiers}/${gold.body.data.id}`, { threshold: '400' })).body.data).toMatchObject({ threshold: '400' });
  expect((await call('DELETE', `${tiers}/${gold.body.data.id}`)).status).toBe(200);
  expect((await call('GET', `${tiers}/${gold.body.data.id}`)).status).toBe(404);
});

test('what contradicts itself is refused, naming the field', async () => {
  const { program, call, tiers, add } = await openRewards();
  const scheme = `/rewards/programs/${program.id}/tier-scheme`;
  const silver = await add('silver', 1, '100');
  const fieldOf = async (answer: Promise<{ status: number; body: { code: string; errors: object } }>) => {
    const { status, body } = await answer;
    return [status, body.code, ...Object.keys(body.errors ?? {})];
  };
  const invalid = (field: string) => [400, 'validation_error', field];
  expect(await fieldOf(add('silver', 2, '200'))).toEqual([409, 'duplicate', 'code']);
  expect(await fieldOf(add('gold', 1, '200'))).toEqual([409, 'duplicate', 'rank']);
  expect(await fieldOf(add('gold', 2, '100'))).toEqual(invalid('threshold'));
  expect(await fieldOf(add('gold', 2, '200.5'))).toEqual(invalid('threshold'));
  expect(await fieldOf(add('gold', 2, '-1'))).toEqual(invalid('threshold'));
  expect(await fieldOf(call('PATCH', `${tiers}/${silver.body.data.id}`, { earn_multiplier: '1e3' }))).toEqual(invalid('earn_multiplier'));
  expect(await fieldOf(call('PATCH', scheme, { period: 'rolling_months' }))).toEqual(invalid('period_months'));
  expect(await fieldOf(call('PATCH', scheme, { period_months: 3 }))).toEqual(invalid('period_months'));
  expect(await fieldOf(call('PATCH', scheme, { downgrade: 'one_down' }))).toEqual(invalid('validity_days'));
  expect((await call('PATCH', scheme, { basis: 'spend' })).status).toBe(200);
  await call('PATCH', `${tiers}/${silver.body.data.id}`, { threshold: '99.5' });
  expect(await fieldOf(call('PATCH', scheme, { basis: 'purchases' }))).toEqual(invalid('basis'));
  expect(await fieldOf(call('POST', `${tiers}/preview`, { scheme: { basis: 'points' } }))).toEqual(invalid('tiers'));
});

test('another tenant finds nothing, and who may only read changes nothing (AZN-01, AZN-02)', async () => {
  const { ctx, tiers, add } = await openRewards();
  const { id } = (await add('silver', 1, '100')).body.data;
  await earn(ctx, 'M-1', 150);
  const stranger = await openRewards();
  for (const [method, path, body] of [
    ['GET', tiers, undefined],
    ['POST', tiers, { code: 'x', name: 'x', rank: 3, threshold: '1' }],
    ['GET', `${tiers}/${id}`, undefined],
    ['PATCH', `${tiers}/${id}`, { name: 'Mine' }],
    ['DELETE', `${tiers}/${id}`, undefined],
    ['GET', `${tiers}/${id}/members`, undefined],
    ['POST', `${tiers}/preview`, {}],
    ['PATCH', tiers.replace(/tiers$/, 'tier-scheme'), { grace_days: 1 }],
    ['GET', tiers.replace(/tiers$/, 'tier-scheme'), undefined],
  ] as const)
    expect([method, path, (await stranger.call(method, path, body)).status]).toEqual([method, path, 404]);
  const auditor = await api.person(ctx, 'auditor');
  expect((await auditor.call('GET', tiers)).status).toBe(200);
  expect((await auditor.call('DELETE', `${tiers}/${id}`)).status).toBe(403);
});
