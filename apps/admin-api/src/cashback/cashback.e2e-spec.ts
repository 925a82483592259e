import { SaveMerchant, type ShownCardTransaction } from '@tallystick/offers';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem, cashbackFixture } from '../../../../test/support/cashback.js';

let api: AdminApi;
beforeAll(async () => void (api = await startAdminApi()));
afterAll(() => api.close());

test('staff see which card transactions are uncertain and decide; support may only look', async () => {
  const bank = await cashbackFixture(api.uow);
  const shops = await Promise.all(['one', 'two'].map((code) => bank.shop(code)));
  for (const [index, { merchantId }] of shops.entries())
    await api.uow.run(bank.ctx, (tx) =>
      new SaveMerchant().update(tx, merchantId, {
        identifiers: { merchantIds: [], terminalIds: [], descriptors: [`CAFE ROMA ${['NORTE', 'SUR'][index]}`] },
      }),
    );
  await bank.batch(['a', 'b'].map((id) => cardItem(id, 'ana', { merchant: { descriptor: 'CAFE ROMA' } })));
  const [manager, support] = [await api.person(bank.ctx, 'manager'), await api.person(bank.ctx, 'support')];
  const { body } = await support.call<ShownCardTransaction[]>('GET', '/cashback/transactions?verdict=pending_match');
  expect(body.data.map(({ reference, reason }) => [reference, reason])).toEqual([
    ['b', 'merchant_ambiguous'],
    ['a', 'merchant_ambiguous'],
  ]);
  const [dismissed, matched] = body.data.map(({ id }) => id) as [string, string];
  const decision = { merchant_id: shops[0]!.merchantId };
  expect((await support.call('POST', `/cashback/transactions/${matched}/match`, decision)).status).toBe(403);
  const said = await manager.call<ShownCardTransaction>('POST', `/cashback/transactions/${matched}/match`, decision);
  expect(said.body.data).toMatchObject({
    verdict: 'rewarded',
    merchant: { id: decision.merchant_id, matched_by: 'staff' },
    cashback: { amount: '5.00' },
  });
  expect((await manager.call('POST', `/cashback/transactions/${matched}/match`, decision)).body.code).toBe('invalid_state');
  const none = await manager.call<ShownCardTransaction>('POST', `/cashback/transactions/${dismissed}/match`, { merchant_id: null });
  expect(none.body.data).toMatchObject({ verdict: 'no_offer', reason: 'merchant_dismissed' });
  expect((await manager.call<ShownCardTransaction>('GET', `/cashback/transactions/${dismissed}`)).body.data).toEqual(none.body.data);
  expect((await manager.call('POST', `/cashback/transactions/${shops[0]!.id}/match`, decision)).status).toBe(404);
  expect(await bank.differences()).toEqual([]);
});
