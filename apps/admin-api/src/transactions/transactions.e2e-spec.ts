import type { TenantContext } from '@tallystick/kernel';
import { PostPoints, type Explanation, type PointsFact, type PointsTransaction } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, openProgram, redeemFact } from '../../../../test/support/loyalty.js';

const UNKNOWN = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
const DAY = 86_400_000;
let api: AdminApi;
let ctx: TenantContext;
let admin: AdminCaller;

beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx);
  admin = await api.person(ctx, 'tenant_admin');
});
afterAll(() => api.close());

const post = async (fact: PointsFact): Promise<PointsTransaction> =>
  api.uow.run(ctx, async (tx) => {
    const [outcome] = await api.app.nest.get(PostPoints, { strict: false }).execute(tx, [fact]);
    return (outcome as { shown: PointsTransaction }).shown;
  });
const purchase = (member: string, amount: string, points: number): PointsFact =>
  earnFact(member, points, { earned: { purchase: { amount, currency: 'USD' } } });
const refund = (id: string, body: object, headers: Record<string, string> = {}) =>
  admin.call<PointsTransaction>('POST', `/transactions/${id}/refund`, { reason: 'Returned goods', ...body }, headers);
const balanceOf = async ({ wallet_id }: PointsTransaction): Promise<number> =>
  (await admin.call<{ balance: number }>('GET', `/wallets/${wallet_id}`)).body.data.balance;

test('refunds by amount add up to the purchase exactly, and never beyond it (C3.6, C3.7)', async () => {
  const earned = await post(purchase('ann', '100.00', 100));
  const parts = [];
  for (const amount of ['33.33', '33.33', '33.34']) parts.push((await refund(earned.id, { amount })).body.data.points);
  expect(parts).toEqual([33, 34, 33]);
  expect(await balanceOf(earned)).toBe(0);
  expect((await refund(earned.id, { amount: '0.01' })).body.code).toBe('already_reversed');
  expect((await admin.call('GET', `/transactions/${earned.id}`)).body.data).toMatchObject({ status: 'refunded' });
  const other = await post(purchase('ann', '50.00', 50));
  expect((await refund(other.id, { amount: '50.01' })).body.code).toBe('limit_exceeded');
});

test('a redemption is refunded in points, once under its key or reference, whoever clicks twice', async () => {
  await post(earnFact('bo', 100));
  const redeemed = await post(redeemFact('bo', 80));
  const part = { points: 30, reference: 'RMA-1' };
  const [first, again] = [await refund(redeemed.id, part), await refund(redeemed.id, part)];
  expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([201, 201, 'true']);
  expect(again.body.data).toMatchObject({ id: first.body.data.id, type: 'refund', points: 30, related_transaction_id: redeemed.id });
  const rest = await Promise.all(Array.from({ length: 8 }, () => refund(redeemed.id, {}, { 'idempotency-key': 'the rest' })));
  expect(new Set(rest.filter(({ status }) => status === 201).map(({ body }) => body.data.id)).size).toBe(1);
  expect(await balanceOf(redeemed)).toBe(100);
  expect((await refund(redeemed.id, {})).body.code).toBe('already_reversed');
});

test('a refund is refused without a reason, for two measures, for a stranger and for what is not refundable', async () => {
  const earned = await post(earnFact('cy', 10));
  const pending = await post(earnFact('cy', 10, { availableAt: new Date(Date.now() + DAY) }));
  expect((await admin.call('POST', `/transactions/${earned.id}/refund`, { points: 1 })).status).toBe(400);
  expect((await refund(earned.id, { points: 1, amount: '1.00' })).status).toBe(400);
  expect((await refund(earned.id, { amount: '1.00' })).body).toMatchObject({
    code: 'validation_error',
    errors: { amount: [expect.any(String)] },
  });
  expect((await refund(UNKNOWN, {})).status).toBe(404);
  expect((await refund(UNKNOWN, { amount: '1.00' })).status).toBe(404);
  expect((await refund(pending.id, {})).body.code).toBe('invalid_state');
});

test('a preview tells which lots a refund takes from, until when points last and what is owed, and changes nothing', async () => {
  const earned = await post(earnFact('pia', 100, { expiresAt: new Date(Date.now() + 90 * DAY) }));
  await post(redeemFact('pia', 80));
  const preview = (id: string, body: object) =>
    admin.call<Explanation>('POST', `/transactions/${id}/refund/preview`, { reason: 'Returned goods', ...body });
  const before = await api.ask<{ n: string }>('select count(*) as n from ledger_transaction where tenant_id = $1', [ctx.tenantId]);
  const told = await preview(earned.id, {});
  expect([told.status, told.body.data]).toMatchObject([
    200,
    {
      transaction: { type: 'refund', points: 20, balance_after: 0, related_transaction_id: earned.id },
      allocations: [{ points: -20, held: 0, expires_at: expect.any(String) as string }],
    },
  ]);
  expect(await balanceOf(earned)).toBe(20);
  expect(await api.ask('select count(*) as n from ledger_transaction where tenant_id = $1', [ctx.tenantId])).toEqual(before);
  expect((await admin.call('GET', `/transactions/${told.body.data.transaction.id}`)).status).toBe(404);
  expect((await refund(earned.id, {})).body.data).toMatchObject({ points: 20, balance_after: 0 });
  expect((await preview(earned.id, {})).body.code).toBe('already_reversed');
  expect((await preview(UNKNOWN, {})).status).toBe(404);
  const pending = await post(earnFact('pia', 40, { availableAt: new Date(Date.now() + DAY) }));
  const ended = await admin.call<Explanation>('POST', `/transactions/${pending.id}/void/preview`, { reason: 'Cancelled' });
  expect(ended.body.data).toMatchObject({ transaction: { type: 'void', points: 40 }, allocations: [{ points: -40 }] });
  expect((await admin.call('GET', `/transactions/${pending.id}`)).body.data).toMatchObject({ status: 'pending' });
  expect((await admin.call('POST', `/transactions/${earned.id}/void/preview`, { reason: 'x' })).body.code).toBe('already_reversed');
});

test('a preview shows the points that come back with the refund of a purchase that they paid for', async () => {
  await post(earnFact('pat', 100));
  await post(redeemFact('pat', 50, { reference: 'pat-paid' }));
  const purchase = { amount: '1.00', currency: 'USD', paid_with_points: '0.50' };
  const bought = await post(earnFact('pat', 0, { earned: { purchase }, paidBy: { reference: 'pat-paid' } }));
  const told = await admin.call<Explanation>('POST', `/transactions/${bought.id}/refund/preview`, { reason: 'Returned', amount: '0.40' });
  expect(told.body.data).toMatchObject({ transaction: { returned: { points: 20 } }, returned: { allocations: [{ points: 20 }] } });
  expect(await balanceOf(bought)).toBe(50);
  expect((await refund(bought.id, { amount: '1.00' })).body.data).toMatchObject({ returned: { points: 50 } });
  expect(await balanceOf(bought)).toBe(100);
});

test('a void ends what is pending and nothing else (C3.10)', async () => {
  const voids = (id: string, body: object = { reason: 'Cancelled' }) =>
    admin.call<PointsTransaction>('POST', `/transactions/${id}/void`, body);
  const pending = await post(earnFact('di', 40, { availableAt: new Date(Date.now() + DAY) }));
  const done = await post(earnFact('di', 5));
  expect((await voids(pending.id, {})).status).toBe(400);
  expect((await voids(done.id)).body.code).toBe('invalid_state');
  const answers = await Promise.all(Array.from({ length: 6 }, () => voids(pending.id)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await admin.call('GET', `/transactions/${pending.id}`)).body.data).toMatchObject({ status: 'voided', points: 40 });
  expect(await balanceOf(done)).toBe(5);
  expect((await voids(UNKNOWN)).status).toBe(404);
});

test('an export holds every line once, formulas escaped, and is recorded (FIL-05, C10.7)', async () => {
  const csv = async (query: string) => {
    const answer = await api.app.nest.inject({ url: `/api/v1/transactions/export${query}`, headers: admin.credential });
    return { status: answer.statusCode, type: answer.headers['content-type'], lines: answer.body.trimEnd().split('\r\n') };
  };
  const evil = await post(earnFact('fay', 10, { narration: '=cmd()', reference: '@SUM(1)' }));
  await api.uow.run(ctx, (tx) =>
    api.app.nest.get(PostPoints, { strict: false }).execute(
      tx,
      Array.from({ length: 1_200 }, (_, n) => earnFact('gus', 1, { reference: `bulk-${n}` })),
    ),
  );
  const source = { channel: 'test', requestId: 'test-request' };
  await post({ kind: 'transfer', source, from: { reference: 'fay' }, to: { reference: 'gus' }, points: 4 });
  const own = await csv(`?wallet_id=${evil.wallet_id}`);
  expect(own).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' });
  expect(own.lines).toHaveLength(3);
  expect(own.lines[0]).toMatch(/^number,id,posted_at,.*,narration,amount,currency$/);
  expect(own.lines[1]).toContain(`,10,10,10,'@SUM(1),,'=cmd(),,`);
  expect(own.lines[2]).toContain(',transfer_out,');
  expect(own.lines[2]).toContain(',4,-4,6,');
  const all = await csv('');
  const [{ total }] = (await api.ask<{ total: number }>(
    `select (count(*) + count(counter_account_id))::int as total from ledger_transaction where tenant_id = $1`,
    [ctx.tenantId],
  )) as [{ total: number }];
  expect(all.lines.length - 1).toBe(total);
  const keys = all.lines.slice(1).map((line) =>
    line
      .split(',')
      .filter((_, n) => n === 1 || n === 7)
      .join(),
  );
  expect(new Set(keys).size).toBe(total);
  expect((await csv('?type=transfer_in')).lines).toHaveLength(2);
  expect((await csv('?to=2020-01-01T00:00:00Z')).lines).toHaveLength(1);
  expect((await csv('?from=never')).status).toBe(400);
  const statement = await api.app.nest.inject({ url: `/api/v1/wallets/${evil.wallet_id}/statement/export`, headers: admin.credential });
  expect([statement.statusCode, statement.body.trimEnd().split('\r\n')]).toEqual([200, own.lines]);
  const none = await api.app.nest.inject({ url: `/api/v1/wallets/${UNKNOWN}/statement/export`, headers: admin.credential });
  expect(none.statusCode).toBe(404);
});

test('staff read and explain transactions; who may only read does not refund', async () => {
  const earned = await post(purchase('ed', '20.00', 20));
  const support = await api.person(ctx, 'support');
  expect((await support.call<PointsTransaction[]>('GET', `/transactions?member_id=${earned.member_id}&min=20`)).body.data).toMatchObject([
    { id: earned.id },
  ]);
  expect((await support.call('GET', `/transactions/${earned.id}/explain`)).body.data).toMatchObject({ lots: [{ original: 20 }] });
  for (const path of ['', '/explain']) expect((await support.call('GET', `/transactions/${UNKNOWN}${path}`)).status).toBe(404);
  expect((await support.call('GET', '/transactions?min=many')).status).toBe(400);
  expect((await support.call<{ issued: number }>('GET', '/transactions/analytics')).body.data.issued).toBeGreaterThan(200);
  expect((await support.call('GET', '/transactions/analytics?from=tomorrow')).status).toBe(400);
  expect((await support.call('POST', `/transactions/${earned.id}/refund`, { reason: 'x' })).status).toBe(403);
  expect((await support.call('POST', `/transactions/${earned.id}/void`, { reason: 'x' })).status).toBe(403);
});
