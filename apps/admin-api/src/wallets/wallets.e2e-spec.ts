import type { TenantContext } from '@tallystick/kernel';
import { PostPoints, type PointsFact, type PointsTransaction, type WalletAdjustment } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller, type Told } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, openProgram } from '../../../../test/support/loyalty.js';

const UNKNOWN = '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01';
let api: AdminApi;
let ctx: TenantContext;
let [admin, manager]: AdminCaller[] = [];
let wallet: string;
let member: string;

beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx, { approval_threshold: '1000' });
  [admin, manager] = [await api.person(ctx, 'tenant_admin'), await api.person(ctx, 'manager')];
  const [earned] = await post(earnFact('ann', 500));
  [wallet, member] = [earned!.wallet_id, earned!.member_id];
});
afterAll(() => api.close());

const post = (...facts: PointsFact[]): Promise<PointsTransaction[]> =>
  api.uow.run(ctx, async (tx) =>
    (await api.app.nest.get(PostPoints, { strict: false }).execute(tx, facts)).map(
      (outcome) => (outcome as { shown: PointsTransaction }).shown,
    ),
  );
const balance = async (): Promise<number> => (await admin!.call<{ balance: number }>('GET', `/wallets/${wallet}`)).body.data.balance;
let cases = 0;
const adjustment = (points: unknown, rest: object = {}) => ({
  points,
  reason_code: 'correction',
  narration: 'For the late delivery',
  reference: `CASE-${++cases}`,
  ...rest,
});
const credit = (by: AdminCaller, body: object, at = wallet) =>
  by.call<PointsTransaction & WalletAdjustment>('POST', `/wallets/${at}/credit`, body);
const debit = (by: AdminCaller, body: object) => by.call<PointsTransaction & WalletAdjustment>('POST', `/wallets/${wallet}/debit`, body);
const decide = (by: AdminCaller, id: string, verb: string, body: object = {}): Promise<Told<WalletAdjustment>> =>
  by.call<WalletAdjustment>('POST', `/wallet-adjustments/${id}/${verb}`, body);

test('up to the threshold points move at once, under a reason of the list, once for a reference', async () => {
  const body = adjustment(1000, { reason_code: 'goodwill', expires_at: '2099-01-31T00:00:00Z' });
  const credited = await credit(admin!, body);
  expect(credited).toMatchObject({
    status: 201,
    body: { data: { type: 'adjust_credit', points: 1000, balance_after: 1500, reference: body.reference } },
  });
  const again = await credit(admin!, body);
  expect([again.status, again.headers['idempotent-replayed'], again.body.data.id]).toEqual([201, 'true', credited.body.data.id]);
  expect((await credit(admin!, { ...body, points: 999 })).body.code).toBe('idempotency_key_reused');
  expect((await admin!.call<object[]>('GET', `/wallets/${wallet}/lots`)).body.data).toMatchObject([
    { original: 500, expires_at: null },
    { original: 1000, expires_at: '2099-01-31T00:00:00.000Z' },
  ]);
  expect((await debit(manager!, adjustment('900'))).body.data).toMatchObject({ type: 'adjust_debit', points: 900, balance_after: 600 });
  expect((await debit(admin!, adjustment(700))).body).toMatchObject({ code: 'insufficient_balance', errors: { available: 600 } });
  for (const wrong of [
    adjustment(0),
    adjustment(1, { reason_code: 'because' }),
    adjustment(1, { reason_code: 'fraud' }),
    adjustment(1, { reference: undefined }),
    adjustment(1, { narration: '' }),
    adjustment(1, { expires_at: '2020-01-01T00:00:00Z' }),
    adjustment('1.5'),
  ])
    expect([wrong, (await credit(admin!, wrong)).status]).toEqual([wrong, 400]);
  expect((await debit(admin!, adjustment(1, { expires_at: '2099-01-31T00:00:00Z' }))).status).toBe(400);
  expect((await credit(admin!, adjustment(1), UNKNOWN)).status).toBe(404);
  expect((await admin!.call<object[]>('GET', '/transactions?type=adjust_debit')).body.data).toMatchObject([{ points: 900 }]);
});

test('above it another person approves, and the points move with the approval', async () => {
  const before = await balance();
  const body = adjustment(1001);
  const asked = await credit(manager!, body);
  expect(asked).toMatchObject({
    status: 202,
    body: {
      code: 'accepted',
      data: { status: 'pending', direction: 'credit', points: 1001, wallet_id: wallet, requested_by: manager!.id },
    },
  });
  const { id } = asked.body.data;
  const again = await credit(manager!, body);
  expect([again.status, again.headers['idempotent-replayed'], again.body.data.id]).toEqual([202, 'true', id]);
  expect((await credit(manager!, { ...body, points: 1002 })).body.code).toBe('idempotency_key_reused');
  expect((await credit(admin!, { ...body, points: 5 })).body.code).toBe('idempotency_key_reused');
  expect(await balance()).toBe(before);
  expect((await decide(manager!, id, 'approve')).body).toMatchObject({ code: 'permission_denied' });
  expect((await decide(manager!, id, 'reject', { remarks: 'never mind' })).body).toMatchObject({ code: 'permission_denied' });
  const approved = await decide(admin!, id, 'approve', { remarks: 'Checked.' });
  expect(approved).toMatchObject({ status: 200, body: { data: { status: 'approved', decided_by: admin!.id, remarks: 'Checked.' } } });
  expect(await balance()).toBe(before + 1001);
  const shown = await admin!.call('GET', `/transactions/${approved.body.data.transaction_id!}`);
  expect(shown.body.data).toMatchObject({ type: 'adjust_credit', points: 1001, reference: body.reference });
  for (const verb of ['approve', 'reject'])
    expect((await decide(admin!, id, verb, verb === 'reject' ? { remarks: 'late' } : {})).body).toMatchObject({
      code: 'invalid_state',
      errors: { status: 'approved' },
    });
  expect((await credit(manager!, body)).body.data).toMatchObject({ id, status: 'approved' });
});

test('what is rejected moves nothing, and what cannot be posted stays pending', async () => {
  const before = await balance();
  const rejected = (await credit(manager!, adjustment(5000))).body.data.id;
  expect((await decide(admin!, rejected, 'reject')).status).toBe(400);
  expect((await decide(admin!, rejected, 'reject', { remarks: 'Delivered in time.' })).body.data).toMatchObject({
    status: 'rejected',
    remarks: 'Delivered in time.',
    transaction_id: null,
  });
  const beyond = (await debit(manager!, adjustment(9000))).body.data.id;
  expect((await decide(admin!, beyond, 'approve')).body.code).toBe('insufficient_balance');
  expect((await admin!.call('GET', `/wallet-adjustments/${beyond}`)).body.data).toMatchObject({ status: 'pending', direction: 'debit' });
  expect(await balance()).toBe(before);
  const list = await admin!.call<WalletAdjustment[]>('GET', `/wallet-adjustments?status=pending&member_id=${member}&wallet_id=${wallet}`);
  expect(list.body).toMatchObject({ data: [{ id: beyond }], meta: { pagination: { total: 1 } } });
  expect((await decide(admin!, UNKNOWN, 'approve')).status).toBe(404);
  const auditor = await api.person(ctx, 'auditor');
  expect((await auditor.call('GET', '/wallet-adjustments')).status).toBe(200);
  expect((await decide(auditor, beyond, 'approve')).status).toBe(403);
  expect((await credit(auditor, adjustment(1))).status).toBe(403);
});

test('twenty approvals at once post once, and the database itself refuses the maker', async () => {
  const before = await balance();
  const { id } = (await credit(manager!, adjustment(2000))).body.data;
  const deciders = [await api.person(ctx, 'manager'), await api.person(ctx, 'manager'), admin!];
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => decide(deciders[n % 3]!, id, 'approve')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
  expect(await balance()).toBe(before + 2000);
  const other = (await credit(manager!, adjustment(2000))).body.data.id;
  const byMaker = `update wallet_adjustment set status = 'rejected', decided_by = requested_by, decided_at = now() where id = $1`;
  await expect(api.ask(byMaker, [other])).rejects.toThrow('wallet_adjustment_second_person');
});

test('wallets show staff what members see of them', async () => {
  const views = ['', '/balance', '/lots', '/statement', '/summary', '/expiry-schedule'];
  for (const view of views) {
    expect((await manager!.call('GET', `/wallets/${wallet}${view}`)).status).toBe(200);
    expect((await manager!.call('GET', `/wallets/${UNKNOWN}${view}`)).status).toBe(404);
  }
  expect((await manager!.call<object[]>('GET', `/wallets?member_id=${member}`)).body.data).toHaveLength(1);
  expect((await manager!.call('GET', '/wallets?page=0')).status).toBe(400);
});
