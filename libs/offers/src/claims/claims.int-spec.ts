import { DomainError, requestContext, type TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cardRefund, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import type { ShownClaim } from './claim.js';
import type { ClaimInput } from './raise-claim.operation.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let bank: CashbackFixture;
let staff: TenantContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => {
  bank = await cashbackFixture(uow);
  staff = requestContext({ ...bank.ctx, actor: { type: 'user', id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a07' } });
});
afterEach(async () => expect(await bank.differences()).toEqual([]));

const AT = new Date('2025-11-10T12:00:00Z');
const raise = (given: Partial<ClaimInput> = {}, ctx = bank.ctx): Promise<ShownClaim> =>
  uow.run(ctx, (tx) => bank.room.raise.execute(tx, { member: { reference: 'ana' }, reasonCode: 'not_rewarded', ...given }));
const accept = (id: string, evidence = {}, ctx = staff) => uow.run(ctx, (tx) => bank.room.claims.accept(tx, id, evidence));
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as DomainError).definition.code,
  );
const described = (amount = '100.00') => ({ purchase: { amount, currency: 'MXN', occurredAt: new Date('2025-11-11T09:00:00Z') } });
const money = (amount: string) => ({ amount, currency: 'MXN' });

test('a purchase whose merchant was not known is found by what the customer remembers, and rewarded once by another than who claimed it', async () => {
  const { merchantId } = await bank.shop('shop');
  const { transaction_id } = await bank.one(cardItem('p', 'ana', { merchant: { descriptor: 'Xyzzy 77' } }));
  const claim = await raise(described());
  expect(claim).toMatchObject({ status: 'open', transaction_id, rematch: { outcome: 'earns_nothing', reason: 'merchant_unknown' } });
  expect(await codeOf(raise({ transactionId: transaction_id! }))).toBe('duplicate');
  expect(await codeOf(accept(claim.id))).toBe('claim_earns_nothing');
  const seen = await uow.run(staff, (tx) => bank.room.claims.lookAgainAt(tx, claim.id, { merchantId }));
  expect(seen.rematch).toMatchObject({ outcome: 'earns', merchant_id: merchantId, cashback: money('5.00') });
  expect(await bank.paid('ana').catch(() => 0n)).toBe(0n);
  expect(await codeOf(accept(claim.id, { merchantId }, bank.ctx))).toBe('permission_denied');

  const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(accept(claim.id, { merchantId }))));
  expect(answers.sort()).toEqual(['done', ...Array<string>(7).fill('invalid_state')]);
  expect(await bank.paid('ana')).toBe(500n);
  expect((await bank.transaction(transaction_id!)).merchant).toMatchObject({ id: merchantId, matched_by: 'staff' });
  expect(await codeOf(raise({ transactionId: transaction_id! }))).toBe('claim_already_rewarded');
  expect(await bank.one(cardRefund('r', 'ana', 'p', '50.00'))).toMatchObject({ cashback: money('-2.50') });
});

test('a purchase that nobody told of is taken under the id of the institution, and counts once when it comes after all', async () => {
  const { merchantId } = await bank.shop('shop');
  await bank.one(cardItem('other', 'ana', { amount: '7.00' }));
  const claim = await raise({ ...described(), reasonCode: 'purchase_not_seen', merchantId });
  expect(claim).toMatchObject({ transaction_id: null, rematch: { outcome: 'purchase_not_seen' } });
  expect(await codeOf(raise(described()))).toBe('duplicate');
  expect(await codeOf(accept(claim.id))).toBe('validation_error');
  const accepted = await accept(claim.id, { purchaseReference: 'late' });
  expect(accepted).toMatchObject({ status: 'accepted', resolution_code: 'purchase_added', cashback: money('5.00') });
  expect(await bank.paid('ana')).toBe(535n);
  expect(await bank.one(cardItem('late', 'ana', { date: '2025-11-11T09:00:00Z' }))).toMatchObject({ status: 'duplicate' });
  expect(await bank.paid('ana')).toBe(535n);
});

test('an offer that covers the time of the purchase by now is applied to it; what stays without one is refused and stays open', async () => {
  const { id, merchantId } = await bank.shop('shop', { startsAt: AT });
  const { transaction_id } = await bank.one(cardItem('p', 'ana', { date: '2025-11-09T12:00:00Z' }));
  const claim = await raise({ transactionId: transaction_id!, reasonCode: 'offer_not_applied' });
  expect(claim.rematch).toMatchObject({ outcome: 'earns_nothing', merchant_id: merchantId, reason: 'no_live_offer' });
  expect(await codeOf(accept(claim.id))).toBe('claim_earns_nothing');
  await uow.run(bank.ctx, (tx) =>
    tx.query(`update offer set starts_at = '1990-01-01' where tenant_id = $1 and id = $2`, [tx.ctx.tenantId, id]),
  );
  expect(await accept(claim.id)).toMatchObject({ status: 'accepted', resolution_code: 'offer_applied', cashback: money('5.00') });
});

test('two purchases that fit are told apart by whoever decides', async () => {
  const { merchantId } = await bank.shop('shop');
  const items = ['p', 'q'].map((id) => cardItem(id, 'ana', { merchant: { descriptor: 'Xyzzy 77' } }));
  const { items: said } = await bank.batch(items);
  const claim = await raise(described());
  expect(claim).toMatchObject({ transaction_id: null, rematch: { outcome: 'purchase_ambiguous' } });
  expect(await codeOf(accept(claim.id, { transactionId: merchantId }))).toBe('not_found');
  const transactionId = said[1]!.transaction_id!;
  expect(await accept(claim.id, { transactionId, merchantId })).toMatchObject({ transaction_id: transactionId, cashback: money('5.00') });
});

test("somebody else's purchase, a merchant of nowhere and tomorrow are refused", async () => {
  await bank.shop('shop');
  const { transaction_id } = await bank.one(cardItem('p', 'ben', { amount: '3.00' }));
  await bank.one(cardItem('q', 'ana'));
  expect(await codeOf(raise({ transactionId: transaction_id! }))).toBe('not_found');
  expect(await codeOf(raise({ ...described(), merchantId: staff.actor.id }))).toBe('validation_error');
  expect(await codeOf(raise({ purchase: { ...described().purchase, occurredAt: new Date('2999-01-01T00:00:00Z') } }))).toBe(
    'validation_error',
  );
  expect(await codeOf(raise({ purchase: { ...described('1.001').purchase } }))).toBe('validation_error');
  expect(await codeOf(raise({ ...described(), member: { reference: 'nobody' } }))).toBe('not_found');
});
