import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem, cashbackFixture } from '../../../../test/support/cashback.js';

interface Claim {
  id: string;
  status: string;
  transaction_id: string;
}

let api: AdminApi;
beforeAll(async () => void (api = await startAdminApi()));
afterAll(() => api?.close());

async function openDesk() {
  const bank = await cashbackFixture(api.uow);
  const { merchantId } = await bank.shop('shop');
  const [desk, manager] = [await api.person(bank.ctx, 'support'), await api.person(bank.ctx, 'manager')];
  const buy = async (id: string) => (await bank.one(cardItem(id, 'ana', { merchant: { descriptor: 'Xyzzy 77' } }))).transaction_id!;
  return { ...bank, merchantId, desk: desk.call, manager: manager.call, buy };
}
const claimed = (transaction_id: string) => ({ member_reference: 'ana', reason_code: 'merchant_not_recognized', transaction_id });

test('support claims for a member, looks again, and a manager accepts; each step is in the trail', async () => {
  const { ctx, merchantId, desk, manager, buy, paid } = await openDesk();
  const raised = await desk<Claim>('POST', '/claims', claimed(await buy('p')));
  expect([raised.status, raised.body.data]).toMatchObject([201, { status: 'open', rematch: { reason: 'merchant_unknown' } }]);
  const { id } = raised.body.data;
  expect((await desk('POST', '/claims', claimed(raised.body.data.transaction_id))).body.code).toBe('duplicate');
  const again = await desk('POST', `/claims/${id}/rematch`, { merchant_id: merchantId });
  expect(again.body.data).toMatchObject({ rematch: { outcome: 'earns', cashback: { amount: '5.00', currency: 'MXN' } } });
  expect((await desk('POST', `/claims/${id}/accept`, { merchant_id: merchantId })).status).toBe(403);
  const nothing = await manager('POST', `/claims/${id}/accept`, {});
  expect([nothing.body.code, nothing.body.errors]).toEqual(['claim_earns_nothing', { reason: 'merchant_unknown' }]);
  const accepted = await manager('POST', `/claims/${id}/accept`, { merchant_id: merchantId });
  expect([accepted.status, accepted.body.data]).toMatchObject([200, { resolution_code: 'merchant_matched', cashback: { amount: '5.00' } }]);
  expect(await paid('ana')).toBe(500n);
  expect((await manager('POST', `/claims/${id}/accept`, {})).body.code).toBe('invalid_state');
  expect((await desk('POST', `/claims/${id}/rematch`, {})).body.code).toBe('invalid_state');
  const acts = await api.ask<{ act: string }>(`select act from audit_record where tenant_id = $1 and act like 'claim.%' order by number`, [
    ctx.tenantId,
  ]);
  expect(acts.map(({ act }) => act)).toEqual(['claim.raised', 'claim.rematched', 'claim.accepted']);
});

test('a claim is rejected with a code, never by who raised it, or taken back; lists tell them apart', async () => {
  const { manager, desk, buy } = await openDesk();
  const [mine, theirs, gone] = await Promise.all(
    [manager, desk, desk].map(async (call, n) => (await call<Claim>('POST', '/claims', claimed(await buy(`p${n}`)))).body.data.id),
  );
  const reject = { resolution_code: 'not_a_merchant' };
  expect((await manager('POST', `/claims/${mine}/reject`, reject)).body.code).toBe('permission_denied');
  expect((await manager('POST', `/claims/${theirs}/reject`, { resolution_code: 'because' })).body.errors).toHaveProperty('resolution_code');
  expect((await manager('POST', `/claims/${theirs}/reject`, reject)).body.data).toMatchObject({ status: 'rejected', cashback: null });
  expect((await desk('POST', `/claims/${gone}/withdraw`)).body.data).toMatchObject({ status: 'withdrawn', resolution_code: null });
  expect((await desk('POST', `/claims/${gone}/withdraw`)).body.code).toBe('invalid_state');
  const open = await desk<Claim[]>('GET', '/claims?status=open');
  expect(open.body.data.map(({ id }) => id)).toEqual([mine]);
  expect((await desk('GET', '/claims?status=lost')).status).toBe(400);
  expect((await desk('GET', `/claims/${theirs}`)).body.data).toMatchObject({ resolution_code: 'not_a_merchant' });
  const other = await openDesk();
  expect((await other.desk('GET', `/claims/${theirs}`)).status).toBe(404);
});
