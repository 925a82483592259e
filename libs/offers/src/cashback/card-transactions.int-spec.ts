import { newId } from '@tallystick/kernel';
import { AccountBalances, PostTransactions } from '@tallystick/ledger';
import { EraseMember, ForgetMember, ForgetWritings, MoveBalances } from '@tallystick/loyalty';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cardRefund, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { WithdrawClaim } from '../claims/withdraw-claim.operation.js';
import { SaveMerchant } from '../merchants/save-merchant.operation.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let bank: CashbackFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => void (bank = await cashbackFixture(uow)));
afterEach(async () => expect(await bank.differences()).toEqual([]));

const money = (amount: string) => ({ amount, currency: 'MXN' });

test('a purchase is authorized, clears at another amount, and is refunded in thirds: 33, 34, 33 (C3.6, C6.4)', async () => {
  await bank.shop('shop', {
    rateBps: 1_000,
    shares: { customer: 6_000, institution: 2_500, platform: 1_500 },
    fundedBy: { merchant: 7_000, institution: 2_000, platform: 1_000 },
  });
  const authorized = await bank.one(cardItem('p', 'ana', { status: 'approved', amount: '12.00' }));
  expect(authorized).toMatchObject({ status: 'rewarded', cashback: money('1.20'), conciliation: { status: 'pending' } });
  expect(await bank.paid('ana')).toBe(0n);
  const cleared = await bank.one(cardItem('p', 'ana', { amount: '10.00' }));
  expect(cleared).toMatchObject({
    transaction_id: authorized.transaction_id,
    cashback: money('1.00'),
    conciliation: { status: 'scheduled' },
  });
  expect(await bank.paid('ana')).toBe(100n);
  const takenBack: (string | undefined)[] = [];
  for (const [id, amount] of Object.entries({ r1: '3.33', r2: '3.34', r3: '3.33' }))
    takenBack.push((await bank.one(cardRefund(id, 'ana', 'p', amount))).cashback?.amount);
  expect(takenBack).toEqual(['-0.33', '-0.34', '-0.33']);
  expect(await bank.paid('ana')).toBe(0n);
  expect((await bank.transaction(authorized.transaction_id!)).conciliation).toMatchObject({ status: 'reversed' });
  expect(await bank.one(cardRefund('r4', 'ana', 'p', '0.01'))).toMatchObject({ status: 'rejected', reason: 'refund_exceeds_purchase' });
});

test('the same request answers its present result, other content under it is refused, another client has its own (C5.1 to C5.3)', async () => {
  const offer = await bank.shop('shop');
  const items = [cardRefund('r', 'ana', 'p', '40.00'), cardItem('x', 'ana', { currency: 'JPY', amount: '1.5' })];
  const first = await bank.batch(items, 7);
  expect(first).toMatchObject({ request_id: 7, processed: 2, pending_match: 1, rejected: 1 });
  expect(first.items[1]).toMatchObject({ reason: 'validation_error', message: 'amount: Has more decimals than the currency.' });
  await bank.batch([cardItem('p', 'ana')]);
  const again = await bank.batch(items, '7');
  expect(again).toMatchObject({ request_id: 7, rewarded: 1, items: [{ cashback: money('-2.00') }, { reason: 'validation_error' }] });
  await expect(bank.batch([items[0]!], 7)).rejects.toMatchObject({ definition: { code: 'idempotency_key_reused' } });
  const other = { ...bank.ctx, actor: { type: 'client' as const, id: 'another' } };
  const theirs = await uow.run(other, (tx) =>
    bank.room.post.execute(tx, { requestId: 7, lines: items.map((item) => ({ item })), raw: items }),
  );
  expect(theirs.batch).toMatchObject({ duplicates: 1, rejected: 1 });
  const ours = await uow.read(bank.ctx, (tx) => bank.room.findBatch.find(tx, first.items[0]!.transaction_id!));
  expect(ours).toMatchObject({ processed: 1, items: [{ id: 'r', status: 'rewarded' }] });
  expect(await bank.spent(offer.id)).toBe(300n);
});

test('four batches at once, in different orders, with the same items: each once, no cap or budget overspent (C11.4, LED-13)', async () => {
  const [capped, poor] = await Promise.all([
    bank.shop('capped', { rateBps: 1_000, capPeriod: 'month', capPerPeriod: 2_500n }),
    bank.shop('poor', { rateBps: 1_000, budget: 9_995n, shares: { customer: 6_000, institution: 2_500, platform: 1_500 } }),
  ]);
  const items = Array.from({ length: 120 }, (_, n) =>
    cardItem(`p${n}`, `m${n % 5}`, { merchant: { merchant_id: n % 2 ? 'capped' : 'poor' }, status: n % 3 ? 'settled' : 'approved' }),
  );
  const turned = [items, [...items].reverse(), items.filter((_, n) => n % 3), [...items.slice(60), ...items.slice(0, 60)]];
  const batches = await Promise.all(turned.map((list) => bank.batch(list)));
  const counted = batches.flatMap((batch) => batch.items).filter(({ status }) => status !== 'duplicate');
  expect(counted.length).toBe(120);
  expect(await bank.spent(capped.id)).toBe(5n * 2_500n);
  expect(await bank.spent(poor.id)).toBeLessThanOrEqual(9_995n);
  expect(await bank.spent(poor.id)).toBeGreaterThan(9_990n);
  await bank.batch(
    items.map(({ id, member_reference: who, status }) =>
      cardItem(`r-${id}`, who, { type: status === 'settled' ? 'refund' : 'reversal', status, original_id: id, merchant: undefined }),
    ),
  );
  expect([await bank.spent(capped.id), await bank.spent(poor.id)]).toEqual([0n, 0n]);
});

test('one batch of many and many batches of one come to the same', async () => {
  const twin = await cashbackFixture(uow);
  const offers = await Promise.all(
    [bank, twin].map((one) => one.shop('shop', { capPeriod: 'day', capPerPeriod: 900n, budget: 2_000n, perUserLimit: 4 })),
  );
  const items = Array.from({ length: 30 }, (_, n) =>
    n % 5 === 4
      ? cardRefund(`r${n}`, `m${(n - 1) % 3}`, `p${n - 1}`, '30.00')
      : cardItem(`p${n}`, `m${n % 3}`, { amount: `${40 + n * 3}.35` }),
  );
  const whole = (await bank.batch(items)).items;
  const single = [];
  for (const item of items) single.push(await twin.one(item));
  const present = await Promise.all(single.map(({ transaction_id: id }) => twin.transaction(id!)));
  expect(present.map(({ verdict, reason, cashback, charge }) => ({ status: verdict, reason, cashback, charge }))).toEqual(
    whole.map(({ status, reason, cashback, charge }) => ({ status, reason, cashback, charge })),
  );
  expect(await bank.spent(offers[0]!.id)).toBe(await twin.spent(offers[1]!.id));
  expect(await twin.differences()).toEqual([]);
});

test('staff, or a merchant that changed, decide where an uncertain purchase was made; it is then rewarded as of its time', async () => {
  const { merchantId } = await bank.shop('one');
  await bank.shop('two');
  const describe = (id: string, descriptors: string[]) =>
    uow.run(bank.ctx, (tx) => new SaveMerchant().update(tx, id, { identifiers: { merchantIds: [], terminalIds: [], descriptors } }));
  const other = await bank.shop('three');
  await describe(merchantId, ['CAFE ROMA NORTE']);
  await describe(other.merchantId, ['CAFE ROMA SUR']);
  const asked = (id: string) => bank.one(cardItem(id, 'ana', { merchant: { descriptor: 'CAFE ROMA' } }));
  const [first, second, third] = [await asked('a'), await asked('b'), await asked('c')];
  expect([first, second, third].map(({ status, reason }) => [status, reason])).toEqual(
    Array(3).fill(['pending_match', 'merchant_ambiguous']),
  );
  expect(await bank.one(cardRefund('r', 'ana', 'c', '50.00'))).toMatchObject({ status: 'no_offer', reason: 'purchase_not_rewarded' });
  const decide = (transactionId: string, to: string | null) =>
    uow.run(bank.ctx, (tx) => bank.room.decide.execute(tx, { transactionId, merchantId: to }));
  expect(await decide(first.transaction_id!, merchantId)).toMatchObject({
    verdict: 'rewarded',
    merchant: { matched_by: 'staff' },
    cashback: money('5.00'),
  });
  expect(await decide(second.transaction_id!, null)).toMatchObject({ verdict: 'no_offer', reason: 'merchant_dismissed' });
  await expect(decide(first.transaction_id!, merchantId)).rejects.toMatchObject({ definition: { code: 'invalid_state' } });
  await expect(decide(third.transaction_id!, newId())).rejects.toMatchObject({ definition: { code: 'validation_error' } });
  const review = () => uow.run(bank.ctx, (tx) => bank.room.review.execute(tx));
  expect(await review()).toBe(0);
  await describe(merchantId, ['CAFE ROMA']);
  expect(await review()).toBe(1);
  expect(await bank.transaction(third.transaction_id!)).toMatchObject({
    verdict: 'rewarded',
    cashback: money('2.50'),
    conciliation: { status: 'scheduled' },
  });
});

test('a refund whose purchase does not come is given up after 90 days, and told of', async () => {
  const parked = await bank.one(cardRefund('r', 'ana', 'never', '50.00'));
  const later = { ...bank.ctx, clockOffsetMs: 91 * 86_400_000 };
  expect(await uow.run(bank.ctx, (tx) => bank.room.review.execute(tx))).toBe(0);
  expect(await uow.run(later, (tx) => bank.room.review.execute(tx))).toBe(1);
  expect(await bank.transaction(parked.transaction_id!)).toMatchObject({ verdict: 'rejected', reason: 'purchase_not_found' });
  const told = await uow.read(bank.ctx, (tx) =>
    tx.query<{ name: string; data: object }>(`select name, data from event where tenant_id = $1 and name like 'cashback.%' order by id`, [
      bank.ctx.tenantId,
    ]),
  );
  expect(told.map(({ name }) => name)).toEqual(['cashback.pending_match', 'cashback.refund_given_up']);
  expect(JSON.stringify(told)).not.toMatch(/ana|never/);
});

test('ids are counted within their source; who was erased does not come back, who is closed earns nothing', async () => {
  await bank.shop('shop');
  const [one] = (await bank.batch([cardItem('p', 'ana')])).items;
  expect((await bank.batch([cardItem('p', 'ana')], 'other', 'mastercard')).rewarded).toBe(1);
  expect(await bank.one(cardItem('p', 'ana'))).toMatchObject({ status: 'duplicate', transaction_id: one!.transaction_id });
  await uow.run(bank.ctx, async (tx) => {
    await bank.room.erased.remember(tx, 'gone');
    await tx.query(`update member set status = 'closed' where tenant_id = $1 and reference = 'ana'`, [bank.ctx.tenantId]);
  });
  expect(await bank.one(cardItem('q', 'gone'))).toMatchObject({ status: 'rejected', reason: 'member_erased', member_id: null });
  expect(await bank.one(cardItem('q', 'ana'))).toMatchObject({ status: 'no_offer', reason: 'member_not_active' });
  expect(await bank.one(cardItem('z', 'bo', { merchant: { merchant_id: 'nobody' } }))).toMatchObject({ reason: 'merchant_unknown' });
});

test('who has cashback that was not paid out cannot be erased; afterwards they can', async () => {
  await bank.shop('shop');
  const { transaction_id: id } = await bank.one(cardItem('p', 'ana'));
  const { member_id: memberId } = await bank.transaction(id!);
  const { erased } = bank.room;
  const balances = new MoveBalances(new PostTransactions(), new AccountBalances());
  const forget = new ForgetWritings(erased, new Keyring([Buffer.alloc(32, 7)]));
  const erase = new EraseMember(balances, new ForgetMember(), forget, erased);
  const blockers = () => uow.run(bank.ctx, (tx) => erase.blockers(tx, { memberId, forfeitPoints: true }));
  expect(await blockers()).toEqual({ cashback: [expect.stringContaining('not paid out')] });
  await bank.one(cardRefund('r', 'ana', 'p', '100.00'));
  expect(await blockers()).toEqual({});
  // What is open of orders, disputes and dues blocks as well (C9.6).
  const recent = new Date().toISOString();
  await bank.one(cardItem('q', 'ana', { status: 'approved', date: recent }));
  expect(Object.keys(await blockers())).toEqual(['card_purchases']);
  await bank.one(cardItem('rq', 'ana', { type: 'reversal', status: 'approved', original_id: 'q', merchant: undefined }));
  const unseen = { amount: '7.00', currency: 'MXN', occurredAt: new Date('2025-11-10T12:00:00Z') };
  const input = { member: { id: memberId }, reasonCode: 'purchase_not_seen', purchase: unseen } as const;
  const { id: claim } = await uow.run(bank.ctx, (tx) => bank.room.raise.execute(tx, input));
  expect(Object.keys(await blockers())).toEqual(['claims']);
  await uow.run(bank.ctx, (tx) => new WithdrawClaim().execute(tx, claim));
  expect(await blockers()).toEqual({});
  // An authorization that never cleared keeps nobody for ever.
  await bank.one(cardItem('old', 'ana', { status: 'approved' }));
  expect(await blockers()).toEqual({});
});
