import { cardItem, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

interface Claim {
  id: string;
  member_id: string;
}

let api: PublicApi;
let bank: CashbackFixture;
let call: PublicApi['call'];
beforeAll(async () => {
  api = await startPublicApi();
  bank = await cashbackFixture(api.uow);
  await bank.shop('shop');
  call = api.as(await openIntegrator(api.app, { ctx: bank.ctx }));
});
afterAll(() => api?.close());

const purchase = (amount: string) => ({ amount, currency: 'MXN', occurred_at: '2025-11-11T09:00:00Z' });
const claim = (given: object) => call<Claim>('POST', '/claims', { reason_code: 'not_rewarded', ...given });
const buy = (id: string, member: string, amount: string) =>
  bank.one(cardItem(id, member, { amount, merchant: { descriptor: 'Xyzzy 77' } }));
const memberToken = async (memberId: string) => {
  const { body } = await call<{ access_token: string }>('POST', `/members/${memberId}/token`, {});
  return { authorization: `Bearer ${body.data.access_token}` };
};

test('an institution claims for its customers, finds its claims and takes them back', async () => {
  const { transaction_id } = await buy('p', 'ana', '10.00');
  const raised = await claim({ member_reference: 'ana', purchase: purchase('10.00') });
  expect([raised.status, raised.body.data]).toMatchObject([201, { transaction_id, rematch: { outcome: 'earns_nothing' } }]);
  const { id, member_id } = raised.body.data;
  expect((await call<Claim[]>('GET', `/claims?member_id=${member_id}`)).body.data).toMatchObject([{ id }]);
  expect((await call('GET', '/claims?cursor=x.y')).status).toBe(400);
  expect((await call('GET', `/claims/${id}`)).body.data).toMatchObject({ id, status: 'open' });
  expect((await api.call('GET', `/claims/${id}`)).status).toBe(404);
  expect((await call('POST', `/claims/${id}/withdraw`)).body.data).toMatchObject({ status: 'withdrawn' });
  expect((await call('POST', `/claims/${id}/withdraw`)).body.code).toBe('invalid_state');
});

test("a member claims for themselves, and sees and takes back nobody else's", async () => {
  await buy('q', 'eva', '20.00');
  await buy('r', 'ben', '30.00');
  const eva = (await claim({ member_reference: 'eva', purchase: purchase('20.00') })).body.data;
  const ben = (await claim({ member_reference: 'ben', purchase: purchase('30.00') })).body.data;
  const headers = await memberToken(eva.member_id);
  const own = await call<Claim>('POST', '/claims', { reason_code: 'not_rewarded', purchase: purchase('21.00') }, headers);
  expect([own.status, own.body.data.member_id]).toEqual([201, eva.member_id]);
  expect((await call<Claim[]>('GET', '/claims', undefined, headers)).body.data.map(({ id }) => id)).toEqual([own.body.data.id, eva.id]);
  expect((await call('GET', `/claims/${ben.id}`, undefined, headers)).status).toBe(404);
  expect((await call('POST', `/claims/${ben.id}/withdraw`, {}, headers)).status).toBe(404);
  const theirs = { reason_code: 'not_rewarded', member_id: ben.member_id, purchase: purchase('30.00') };
  expect((await call('POST', '/claims', theirs, headers)).status).toBe(404);
});

test.each([
  [{ member_reference: 'ana' }, 'transaction_id'],
  [{ purchase: purchase('1.00') }, 'member_id'],
  [{ member_reference: 'ana', member_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', purchase: purchase('1.00') }, 'member_id'],
  [{ member_reference: 'ana', purchase: { ...purchase('1.001') } }, 'purchase.amount'],
  [{ member_reference: 'ana', purchase: { ...purchase('1.00'), currency: 'XYZ' } }, 'purchase.currency'],
  [{ member_reference: 'ana', reason_code: 'angry', purchase: purchase('1.00') }, 'reason_code'],
])('a claim of %j is refused, naming %s', async (given, field) => {
  await buy(`s-${field}`, 'ana', '5.00');
  const { status, body } = await claim(given);
  expect([status, Object.keys(body.errors)]).toEqual([400, [field]]);
});
